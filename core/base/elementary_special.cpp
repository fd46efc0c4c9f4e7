// Error function, normal distribution, logarithm of the gamma function.
#include <array>
#include <cmath>

#include "core/base/elementary.hpp"
#include "core/base/elementary_parts.hpp"

namespace dstudio::base::math {

using namespace parts;

namespace {

// exp(-x^2 - 2 x low) with the square taken exactly enough: high has 26 bits.
double exp_minus_square(double x, double low) {
    const double high = from_bits(to_bits(x) & ~((1ULL << 27U) - 1));
    const double rest = (x - high) * (x + high) + 2 * x * low;
    return exp_of_sum(quick_two_sum(-(high * high), -rest));
}

// For |x| <= 1/2: Maclaurin's series.
double erf_series(double x) {
    constexpr double two_over_root_pi = 0x1.20dd750429b6dp+0;
    const double z = x * x;
    double sum = 0;
    double inverse_factorial = 1.0 / 479001600;  // 1/12!
    for (int n = 12; n >= 0; --n) {
        sum = inverse_factorial / (2 * n + 1) - z * sum;
        inverse_factorial *= n;
    }
    return x * two_over_root_pi * sum;
}

// erfc(x + low) for x >= 1/2. (1 + 2x) exp(x^2) erfc(x) is smooth from 1/2 to infinity: a Chebyshev series in
// (x - 3.75) / (x + 3.75), after the idea of Schonfelder, Mathematics of Computation 32, 1978; the coefficients were
// computed for this interval in 90 digits.
double erfc_tail(double x, double low) {
    constexpr std::array coefficients{
        1.2095535341864380711,     -0.074499953010097343588,   -0.019898431610118520119,   0.019905393893364881912,
        -0.0090023313933809269568, 0.0029421334073096392873,   -0.0007508778230431329259,  0.0001498247911213858836,
        -2.2031234655936491681e-5, 1.8855545928961660989e-6,   6.0607295596739983684e-8,   -4.5635383886497735475e-8,
        5.162357979173962838e-9,   3.472219662543289901e-10,   -1.5752684361293959969e-10, 7.1292012085287814757e-12,
        3.3790897880065411062e-12, -4.4406526024697607559e-13, -6.4362545910983105232e-14, 1.6260780477370675167e-14,
        1.1690084467834413509e-15, -5.4155588855192680886e-16, -2.1849878520778405827e-17, 1.8089668415515608675e-17};
    constexpr double lower = -13.0 / 17;  // the variable at x = 1/2
    const double u = (x - 3.75) / (x + 3.75);
    const double v = (2 * u - (1 + lower)) / (1 - lower);
    double previous = 0;
    double current = 0;
    for (std::size_t j = coefficients.size() - 1; j > 0; --j) {
        const double next = 2 * v * current - previous + coefficients[j];
        previous = current;
        current = next;
    }
    const double value = v * current - previous + coefficients[0];
    return value / (1 + 2 * x) * exp_minus_square(x, low);
}

constexpr double erfc_zero_from = 27.3;  // erfc is below half the smallest double

double erfc_of_sum(double x, double low) {
    if (x < -6)
        return 2;
    if (x > erfc_zero_from)
        return 0;
    if (x < -0.5)
        return 2 - erfc_tail(-x, -low);
    if (x <= 0.5)
        return 1 - erf_series(x + low);
    return erfc_tail(x, low);
}

// lgamma(2 + t) for |t| <= 1/2: t (1 - Euler's constant + sum of (-1)^k (zeta(k) - 1) / k * t^(k-1)), k from 2.
double lgamma_near_two(double t) {
    constexpr std::array coefficients{
        0.32246703342411321824,   -0.067352301053198095133,  0.020580808427784547879,   -0.0073855510286739852663,
        0.0028905103307415232858, -0.0011927539117032609771, 0.00050966952474304242234, -0.00022315475845357937976,
        9.9457512781808533715e-5, -4.49262367381331417e-5,   2.0507212775670691553e-5,  -9.439488275268395904e-6,
        4.3748667899074878042e-6, -2.0392157538013662368e-6, 9.5514121304074198329e-7,  -4.4924691987645660433e-7,
        2.1207184805554665869e-7, -1.0043224823968099609e-7, 4.7698101693639805658e-8,  -2.271109460894316491e-8,
        1.0838659214896954091e-8, -5.1834750419700466551e-9, 2.4836745438024783172e-9,  -1.1921401405860912074e-9};
    double sum = 0;
    for (std::size_t j = coefficients.size(); j-- > 0;)
        sum = sum * t + coefficients[j];
    return t * (0.42278433509846713939 + t * sum);
}

}  // namespace

double erf(double x) {
    const double magnitude = std::fabs(x);
    if (!(magnitude > 0.5))
        return erf_series(x);
    return with_sign_of(magnitude > 6 ? 1 : 1 - erfc_tail(magnitude, 0), x);
}

double erfc(double x) {
    return x != x ? x : erfc_of_sum(x, 0);
}

double normal_cdf(double x) {
    if (x != x)
        return x;
    if (x > 9)
        return 1;
    if (x < -39)
        return 0;
    // In the tail an ulp of -x / sqrt(2) would cost x^2 ulps of the result: it is carried in two parts.
    const DoubleDouble u = DoubleDouble{-x, 0} * DoubleDouble{0x1.6a09e667f3bcdp-1, -0x1.bdd3413b26456p-55};
    return 0.5 * erfc_of_sum(u.high, u.low);
}

double normal_quantile(double p) {
    if (!(p >= 0 && p <= 1))
        return not_a_number;
    const auto ratio = [](const std::array<double, 8>& over, const std::array<double, 8>& under, double r) {
        double numerator = over[7];
        double denominator = under[7];
        for (std::size_t j = 7; j-- > 0;) {
            numerator = numerator * r + over[j];
            denominator = denominator * r + under[j];
        }
        return numerator / denominator;
    };
    const double q = p - 0.5;
    if (std::fabs(q) <= 0.425) {
        constexpr std::array a{3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                               1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                               3.3430575583588128105e+4, 2.5090809287301226727e+3};
        constexpr std::array b{1.0,
                               4.2313330701600911252e+1,
                               6.8718700749205790830e+2,
                               5.3941960214247511077e+3,
                               2.1213794301586595867e+4,
                               3.9307895800092710610e+4,
                               2.8729085735721942674e+4,
                               5.2264952788528545610e+3};
        return q * ratio(a, b, 0.180625 - q * q);
    }
    const double tail = q < 0 ? p : 1 - p;
    if (tail == 0)
        return q < 0 ? -infinity : infinity;
    const double r = std::sqrt(-log(tail));
    constexpr std::array c{1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                           3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                           2.27238449892691845833e-2, 7.74545014278341407640e-4};
    constexpr std::array d{1.0,
                           2.05319162663775882187e0,
                           1.67638483018380384940e0,
                           6.89767334985100004550e-1,
                           1.48103976427480074590e-1,
                           1.51986665636164571966e-2,
                           5.47593808499534494600e-4,
                           1.05075007164441684324e-9};
    constexpr std::array e{6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                           2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                           2.71155556874348757815e-5, 2.01033439929228813265e-7};
    constexpr std::array f{1.0,
                           5.99832206555887937690e-1,
                           1.36929880922735805310e-1,
                           1.48753612908506148525e-2,
                           7.86869131145613259100e-4,
                           1.84631831751005468180e-5,
                           1.42151175831644588870e-7,
                           2.04426310338993978564e-15};
    const double z = r <= 5 ? ratio(c, d, r - 1.6) : ratio(e, f, r - 5);
    return q < 0 ? -z : z;
}

double lgamma(double x) {
    if (x == 0)
        return infinity;
    if (!(x > 0))
        return not_a_number;
    if (x < 0.5)  // Gamma(x) = Gamma(x + 2) / (x (x + 1))
        return lgamma_near_two(x) - log1p(x) - log(x);
    if (x < 1.5)
        return lgamma_near_two(x - 1) - log1p(x - 1);
    if (x < 10) {
        double product = 1;
        double rest = x;
        while (rest > 2.5) {
            rest -= 1;
            product *= rest;
        }
        return lgamma_near_two(rest - 2) + log(product);
    }
    if (x == infinity)
        return x;
    // Stirling's series with Bernoulli's numbers to B_16.
    const double z = 1 / (x * x);
    const double series =
        (1.0 / 12 +
         z * (-1.0 / 360 + z * (1.0 / 1260 + z * (-1.0 / 1680 +
                                                  z * (1.0 / 1188 + z * (-691.0 / 360360 +
                                                                         z * (1.0 / 156 - z * (3617.0 / 122400)))))))) /
        x;
    const double l = log(x);
    return x * (l - 1) + (0x1.d67f1c864beb5p-1 - 0.5 * l + series);
}

}  // namespace dstudio::base::math
