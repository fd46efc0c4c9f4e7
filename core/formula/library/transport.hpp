// Distance, light in fibre, TCP, and clocks: what the network between two machines costs.
//
// Distances in m, times in s, sizes in B, rates in B/s; latitudes and longitudes in radians. Arguments lie in the
// domains of the table; what contradicts itself gives NaN.
//
// Sources: Mathis, Semke, Mahdavi and Ott, The macroscopic behavior of the TCP congestion avoidance algorithm (1997);
// Padhye, Firoiu, Towsley and Kurose, Modeling TCP throughput: a simple model and its empirical validation (1998);
// Kurose and Ross, Computer Networking (3rd edition, 2005), section 3.7 (latency of slow start); Cristian,
// Probabilistic clock synchronization (1989); RFC 5905 (NTP); Gray and Cheriton, Leases (1989); Corbett et al., Spanner
// (2012).
#pragma once

#include <span>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

inline constexpr double earth_radius_m = 6371008.8;       // mean radius (2a + b) / 3 of WGS 84 (IUGG)
inline constexpr double light_speed_m_per_s = 299792458;  // SI
inline constexpr double fibre_group_index = 1.4682;       // standard single-mode fibre (ITU-T G.652) at 1550 nm

// Great-circle distance on a sphere of the mean radius (haversine formula); within 0.6 % of the distance on the
// ellipsoid.
double great_circle_distance(double latitude1, double longitude1, double latitude2, double longitude2);

// One-way time of light through a fibre of this length, distance * 1.4682 / c: about 4.9 us a km.
double fibre_delay(double distance);

// TCP in congestion avoidance with one loss every 1 / loss segments, each acknowledged: mss / rtt sqrt(3 / (2 loss)).
// +infinity without loss.
double tcp_throughput_mathis(double mss, double rtt, double loss);

// TCP Reno with timeouts and a limited window, the approximate full model (PFTK): mss times the least of
// window / (mss rtt) and 1 / (rtt sqrt(2 b p / 3) + timeout min(1, 3 sqrt(3 b p / 8)) p (1 + 32 p^2)), with b segments
// a acknowledgement (2 for delayed ones).
double tcp_throughput_padhye(double mss, double rtt, double loss, double timeout, double window,
                             double segments_per_ack);

// Slow start without loss or limit of rate, the window doubling each round from initial_window segments: time from the
// first segment until the last is acknowledged, rtt times the number of rounds. 0 for no bytes.
double tcp_slow_start_time(double size, double mss, double rtt, double initial_window);

// A request on an open TCP connection and its response of `size` bytes over a path of a given rate: until the last byte
// arrives. Slow start with waits for acknowledgements until the window covers rate times rtt; no loss, and the request
// takes no time to send: rtt + size / rate + waits.
double tcp_transfer_time(double size, double rate, double mss, double rtt, double initial_window);

// Cristian's algorithm: the server's clock read half-way is off by at most rtt / 2 - min_delay, min_delay being the
// least one-way delay. NaN if twice that exceeds the rtt.
double clock_offset_error_bound(double rtt, double min_delay);

// NTP: offset of the server's clock and round-trip delay from the four timestamps (client sends, server receives,
// server sends, client receives).
double ntp_offset(double t1, double t2, double t3, double t4);
double ntp_delay(double t1, double t2, double t3, double t4);

// NTP: the most that the clock may be off the primary server, root delay / 2 + root dispersion (root distance).
double ntp_offset_bound(double root_delay, double root_dispersion);

// The most that two clocks, each off the true rate by at most `drift`, drift apart in an interval of true time.
double clock_drift_bound(double interval, double drift);

// Spanner: mean time that a commit waits until its timestamp has passed everywhere, 2 epsilon.
double spanner_commit_wait(double epsilon);

// The part of a lease that its holder must not use, if both clocks may be off the true rate by `drift`, it counts from
// its request, and it reads its own clock: term 2 drift / (1 + drift).
double lease_safety_margin(double term, double drift);

// The effective term of a lease at a client: what the message's propagation and processing (at either end) and the
// clock uncertainty epsilon leave, max(0, term - (propagation + 2 processing) - epsilon).
double lease_term_effective(double term, double propagation, double processing, double epsilon);

// A leader among n = 1 + length replicas: round trip after which `quorum` of them, itself included at 0 s, have
// answered, given the round trips to the others. NaN for a quorum of more than n.
double nearest_quorum_rtt(std::span<const double> rtts, double quorum);

// The same for a majority, floor(n / 2) + 1.
double nearest_majority_rtt(std::span<const double> rtts);

std::span<const Function> transport_functions();

}  // namespace dstudio::formula::library
