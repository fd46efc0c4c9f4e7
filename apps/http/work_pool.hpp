// Threads of their own for work that takes longer than an event loop may be kept from its other connections.
//
// Few, so that requests for work cannot take the machine, and below the event loops in the system's eyes, so that pages
// are answered while they compute. What waits for a thread is bounded: whoever comes then is turned away at once, which
// is better for both sides than an answer that comes when nobody waits for it any more.
//
// Safe to use from several threads.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace dstudio::http {

class WorkPool {
  public:
    // Returns soon after `is_stopping` has become true. Throws nothing.
    using Work = std::function<void(const std::atomic<bool>& is_stopping)>;

    // REQUIRES: thread_count > 0. The threads take no signals if the caller does not.
    WorkPool(unsigned thread_count, std::size_t waiting_max);
    WorkPool(const WorkPool&) = delete;
    WorkPool& operator=(const WorkPool&) = delete;
    // Tells what is being worked at to stop, waits for that, and drops what waits.
    ~WorkPool();

    // False if every thread is busy and `waiting_max` wait already.
    bool submit(Work work);

    struct Load {
        std::size_t running = 0;
        std::size_t waiting = 0;
        std::size_t turned_away_total = 0;
    };
    [[nodiscard]] Load load() const;

  private:
    void serve();

    const std::size_t waiting_max_;
    std::atomic<bool> is_stopping_{false};
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Work> waiting_;           // guarded by mutex_
    std::size_t running_ = 0;            // guarded by mutex_
    std::size_t turned_away_total_ = 0;  // guarded by mutex_
    std::vector<std::thread> threads_;
};

}  // namespace dstudio::http
