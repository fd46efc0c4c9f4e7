#include "apps/http/work_pool.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <utility>

#include "core/base/assert.hpp"

namespace dstudio::http {
namespace {

constexpr int niceness = 5;  // a third of the weight of an event loop; at 19 it would hardly run on a busy machine

}  // namespace

WorkPool::WorkPool(unsigned thread_count, std::size_t waiting_max) : waiting_max_(waiting_max) {
    DS_ASSERT(thread_count > 0);
    for (unsigned i = 0; i < thread_count; ++i)
        threads_.emplace_back([this] { serve(); });
}

WorkPool::~WorkPool() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_.store(true);
        waiting_.clear();
    }
    changed_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

bool WorkPool::submit(Work work) {
    {
        const std::lock_guard lock(mutex_);
        // A thread that is free may not have taken its work yet, so both are counted together.
        if (running_ + waiting_.size() >= threads_.size() + waiting_max_) {
            ++turned_away_total_;
            return false;
        }
        waiting_.push_back(std::move(work));
    }
    changed_.notify_one();
    return true;
}

WorkPool::Load WorkPool::load() const {
    const std::lock_guard lock(mutex_);
    return {running_, waiting_.size(), turned_away_total_};
}

void WorkPool::serve() {
    // On Linux this is of the thread alone. If it is refused, all are equal, which is only slower.
    static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness));
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return is_stopping_.load() || !waiting_.empty(); });
        if (is_stopping_.load())
            return;
        Work work = std::move(waiting_.front());
        waiting_.pop_front();
        ++running_;
        lock.unlock();
        work(is_stopping_);
        work = nullptr;  // what it holds goes without the lock
        lock.lock();
        --running_;
    }
}

}  // namespace dstudio::http
