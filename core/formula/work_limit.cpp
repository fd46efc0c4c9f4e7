#include "core/formula/work_limit.hpp"

#include <utility>

namespace dstudio::formula {
namespace {

thread_local const WorkLimit* innermost = nullptr;

}  // namespace

WorkLimit::WorkLimit(std::function<bool()> is_reached) : is_reached_(std::move(is_reached)), outer_(innermost) {
    innermost = this;
}

WorkLimit::~WorkLimit() {
    innermost = outer_;
}

WorkCheck::WorkCheck() : limit_(innermost) {}

void WorkCheck::ask() {
    spent_ = 0;
    if (limit_->is_reached_())
        throw WorkStopped();
}

}  // namespace dstudio::formula
