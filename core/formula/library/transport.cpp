#include "core/formula/library/transport.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "core/formula/library/binding.hpp"

namespace dstudio::formula::library {

double great_circle_distance(double latitude1, double longitude1, double latitude2, double longitude2) {
    const double across = std::sin((latitude2 - latitude1) / 2);
    const double along = std::sin((longitude2 - longitude1) / 2);
    const double haversine = across * across + std::cos(latitude1) * std::cos(latitude2) * along * along;
    return 2 * earth_radius_m * std::asin(std::sqrt(std::clamp(haversine, 0.0, 1.0)));
}

double fibre_delay(double distance) {
    return distance * fibre_group_index / light_speed_m_per_s;
}

double tcp_throughput_mathis(double mss, double rtt, double loss) {
    return mss / rtt * std::sqrt(1.5 / loss);
}

double tcp_throughput_padhye(double mss, double rtt, double loss, double timeout, double window,
                             double segments_per_ack) {
    const double fast = rtt * std::sqrt(2 * segments_per_ack * loss / 3);
    const double slow =
        timeout * std::min(1.0, 3 * std::sqrt(3 * segments_per_ack * loss / 8)) * loss * (1 + 32 * loss * loss);
    return std::min(window / rtt, mss / (fast + slow));
}

double tcp_slow_start_time(double size, double mss, double rtt, double initial_window) {
    double rounds = 0;
    double window = initial_window * mss;
    for (double sent = 0; sent < size; sent += window, window *= 2)
        ++rounds;
    return rounds * rtt;
}

double tcp_transfer_time(double size, double rate, double mss, double rtt, double initial_window) {
    double waits = 0;
    double window = initial_window * mss;
    // After each round but the last the sender waits for the acknowledgement of the round's first segment.
    for (double sent = window; sent < size; sent += window) {
        const double wait = mss / rate + rtt - window / rate;
        if (!(wait > 0))
            break;
        waits += wait;
        window *= 2;
    }
    return rtt + size / rate + waits;
}

double clock_offset_error_bound(double rtt, double min_delay) {
    return 2 * min_delay > rtt ? no_answer : rtt / 2 - min_delay;
}

double ntp_offset(double t1, double t2, double t3, double t4) {
    return ((t2 - t1) + (t3 - t4)) / 2;
}

double ntp_delay(double t1, double t2, double t3, double t4) {
    return (t4 - t1) - (t3 - t2);
}

double ntp_offset_bound(double root_delay, double root_dispersion) {
    return root_delay / 2 + root_dispersion;
}

double clock_drift_bound(double interval, double drift) {
    return 2 * drift * interval;
}

double spanner_commit_wait(double epsilon) {
    return 2 * epsilon;
}

double lease_safety_margin(double term, double drift) {
    return term * 2 * drift / (1 + drift);
}

double lease_term_effective(double term, double propagation, double processing, double epsilon) {
    return std::max(0.0, term - (propagation + 2 * processing) - epsilon);
}

double nearest_quorum_rtt(std::span<const double> rtts, double quorum) {
    if (quorum > static_cast<double>(rtts.size()) + 1)
        return no_answer;
    if (quorum <= 1)
        return 0;
    std::vector<double> sorted(rtts.begin(), rtts.end());
    const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(quorum) - 2;
    std::nth_element(sorted.begin(), last, sorted.end());
    return *last;
}

double nearest_majority_rtt(std::span<const double> rtts) {
    const std::size_t majority = (rtts.size() + 1) / 2 + 1;
    return nearest_quorum_rtt(rtts, static_cast<double>(majority));
}

namespace {

constexpr Domain latitude{.min = -std::numbers::pi / 2 * (1 + 1e-15), .max = std::numbers::pi / 2 * (1 + 1e-15)};
constexpr Domain drift_rate{.min = 0, .max = 1, .max_excluded = true};
constexpr Domain loss_rate{.min = 0, .max = 1};

constexpr Parameter mss{"mss", "B", positive};
constexpr Parameter rtt{"rtt", "s", positive};
constexpr Parameter loss{"loss", "1", loss_rate};
constexpr Parameter size{"size", "B", non_negative};
constexpr Parameter initial_window{"initial_window", "1", {.min = 1}};
constexpr Parameter drift{"drift", "1", drift_rate};
constexpr Parameter term{"term", "s", non_negative};
constexpr Parameter rtts{"rtts", "s", non_negative, true};

constexpr Parameter points[] = {
    {"latitude1", "1", latitude}, {"longitude1", "1"}, {"latitude2", "1", latitude}, {"longitude2", "1"}};
constexpr Parameter distance_only[] = {{"distance", "m", non_negative}};
constexpr Parameter mathis_parameters[] = {mss, rtt, loss};
constexpr Parameter padhye_parameters[] = {
    mss, rtt, loss, {"timeout", "s", non_negative}, {"window", "B", positive}, {"segments_per_ack", "1", {.min = 1}}};
constexpr Parameter slow_start[] = {size, mss, rtt, initial_window};
constexpr Parameter transfer[] = {size, {"rate", "B/s", positive}, mss, rtt, initial_window};
constexpr Parameter cristian_parameters[] = {{"rtt", "s", non_negative}, {"min_delay", "s", non_negative}};
constexpr Parameter timestamps[] = {{"t1", "s"}, {"t2", "s"}, {"t3", "s"}, {"t4", "s"}};
constexpr Parameter root_parameters[] = {{"root_delay", "s", non_negative}, {"root_dispersion", "s", non_negative}};
constexpr Parameter drift_parameters[] = {{"interval", "s", non_negative}, drift};
constexpr Parameter epsilon_only[] = {{"epsilon", "s", non_negative}};
constexpr Parameter lease_drift[] = {term, drift};
constexpr Parameter lease_delays[] = {
    term, {"propagation", "s", non_negative}, {"processing", "s", non_negative}, {"epsilon", "s", non_negative}};
constexpr Parameter quorum_parameters[] = {rtts, {"quorum", "1", positive_count}};
constexpr Parameter rtts_only[] = {rtts};

constexpr std::string_view rfc_5905 = "RFC 5905, Network Time Protocol Version 4 (2010), section 8";
constexpr std::string_view order_statistic =
    "Order statistic of the round trips; quorums as in Gifford, Weighted "
    "Voting for Replicated Data (1979)";

constexpr Function table[] = {
    entry<great_circle_distance>("great_circle_distance", points, "m",
                                 "Distance of two points on a spherical Earth of mean radius 6371008.8 m (haversine)",
                                 "Sinnott, Virtues of the Haversine (1984); IUGG mean radius of WGS 84"),
    entry<fibre_delay>("fibre_delay", distance_only, "s",
                       "One-way time of light through a fibre, at a group index of 1.4682",
                       "Corning, SMF-28 product information (group index at 1550 nm), a fibre of ITU-T G.652"),
    entry<tcp_throughput_mathis>("tcp_throughput_mathis", mathis_parameters, "B/s",
                                 "Throughput of TCP in congestion avoidance with periodic loss",
                                 "Mathis, Semke, Mahdavi and Ott, The Macroscopic Behavior of the TCP Congestion "
                                 "Avoidance Algorithm (1997), section 2"),
    entry<tcp_throughput_padhye>("tcp_throughput_padhye", padhye_parameters, "B/s",
                                 "Throughput of TCP Reno with timeouts and a limited window (PFTK)",
                                 "Padhye, Firoiu, Towsley and Kurose, Modeling TCP Throughput (1998), approximate full "
                                 "model"),
    entry<tcp_slow_start_time>("tcp_slow_start_time", slow_start, "s",
                               "Time of TCP slow start to send and have acknowledged some bytes without loss",
                               "Cardwell, Savage and Anderson, Modeling TCP Latency (2000), slow start without delayed "
                               "acknowledgements"),
    entry<tcp_transfer_time>(
        "tcp_transfer_time", transfer, "s",
        "Time from a request on an open TCP connection to the last byte of the response, with slow "
        "start and a limited rate",
        "Kurose and Ross, Computer Networking (3rd edition, 2005), section 3.7"),
    entry<clock_offset_error_bound>(
        "clock_offset_error_bound", cristian_parameters, "s",
        "Largest error of a remote clock reading, for a round trip and a least one-way delay",
        "Cristian, Probabilistic Clock Synchronization (1989)"),
    entry<ntp_offset>("ntp_offset", timestamps, "s", "Offset of an NTP server's clock from four timestamps", rfc_5905),
    entry<ntp_delay>("ntp_delay", timestamps, "s", "Round-trip delay to an NTP server from four timestamps", rfc_5905),
    entry<ntp_offset_bound>("ntp_offset_bound", root_parameters, "s",
                            "Largest error of an NTP clock against the primary server (root distance)",
                            "RFC 5905, Network Time Protocol Version 4 (2010), root synchronization distance"),
    entry<clock_drift_bound>("clock_drift_bound", drift_parameters, "s",
                             "Most that two clocks of bounded drift move apart in an interval",
                             "Cristian, Probabilistic Clock Synchronization (1989)"),
    entry<spanner_commit_wait>("spanner_commit_wait", epsilon_only, "s",
                               "Mean commit wait of Spanner for a mean clock uncertainty",
                               "Corbett et al., Spanner: Google's Globally-Distributed Database (2012), section 4.2"),
    entry<lease_safety_margin>("lease_safety_margin", lease_drift, "s",
                               "Part of a lease that its holder must leave unused, for clocks of bounded drift",
                               "Gray and Cheriton, Leases: An Efficient Fault-Tolerant Mechanism for Distributed File "
                               "Cache Consistency (1989)"),
    entry<lease_term_effective>("lease_term_effective", lease_delays, "s",
                                "Term of a lease that message delays and clock uncertainty leave to a client",
                                "Gray and Cheriton, Leases: An Efficient Fault-Tolerant Mechanism for Distributed File "
                                "Cache Consistency (1989), section 3"),
    entry<nearest_quorum_rtt>("nearest_quorum_rtt", quorum_parameters, "s",
                              "Round trip to the farthest member of a leader's nearest quorum, itself included",
                              order_statistic),
    entry<nearest_majority_rtt>("nearest_majority_rtt", rtts_only, "s",
                                "Round trip to the farthest member of a leader's nearest majority, itself included",
                                order_statistic),
};

}  // namespace

std::span<const Function> transport_functions() {
    return table;
}

}  // namespace dstudio::formula::library
