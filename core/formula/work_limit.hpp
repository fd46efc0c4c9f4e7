// A bound on the work of computations that strangers ask for: sums of sums, a million samples of a slow function.
//
// The core knows no clock, so whoever sets the limit says when it is reached. Machines ask between calls of functions
// and rounds of loops; each of those is short by itself.
#pragma once

#include <exception>
#include <functional>

namespace dstudio::formula {

// Thrown out of a computation, for whoever set the limit to catch.
class WorkStopped : public std::exception {
  public:
    [[nodiscard]] const char* what() const noexcept override { return "the computation was stopped at its work limit"; }
};

// While it lives, computations of this thread ask `is_reached` now and then, and stop when it says so. The innermost
// limit counts.
class WorkLimit {
  public:
    explicit WorkLimit(std::function<bool()> is_reached);
    ~WorkLimit();
    WorkLimit(const WorkLimit&) = delete;
    WorkLimit& operator=(const WorkLimit&) = delete;

  private:
    friend class WorkCheck;
    std::function<bool()> is_reached_;
    const WorkLimit* outer_;
};

// What a computation asks; cheap enough for inner loops.
class WorkCheck {
  public:
    WorkCheck();

    // Throws WorkStopped when the limit is reached. `cost` is in calls of a small function; the limit is asked every
    // few.
    void spend(unsigned cost) {
        if (limit_ == nullptr)
            return;
        spent_ += cost;
        if (spent_ >= ask_every)
            ask();
    }

  private:
    static constexpr unsigned ask_every = 8;

    void ask();

    const WorkLimit* limit_;
    unsigned spent_ = ask_every;
};

}  // namespace dstudio::formula
