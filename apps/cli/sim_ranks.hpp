// Several processes that share a sweep, as `mpirun -n N dstudio sim sweep ...` starts them, on one machine or many.
//
// Built without MPI (the default), or started alone, there is one rank, and nothing is sent. Calls must not overlap:
// whoever has threads takes a lock around them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace dstudio::cli {

class Ranks {
  public:
    Ranks();   // joins the others
    ~Ranks();  // NOLINT(performance-trivially-destructible): with MPI it leaves
    Ranks(const Ranks&) = delete;
    Ranks& operator=(const Ranks&) = delete;

    [[nodiscard]] std::size_t rank() const { return rank_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    // Whoever writes files and prints.
    [[nodiscard]] bool is_first() const { return rank_ == 0; }

    // What the first rank has in it, all have in it afterwards. Every rank must call it.
    void share(std::vector<std::size_t>& numbers) const;
    // To the first rank.
    void send(std::size_t number, const std::string& text) const;
    // Takes what others have sent by now, or, with `waits`, at least one. On the first rank only.
    void receive(bool waits, const std::function<void(std::size_t, const std::string&)>& use) const;

  private:
    std::size_t rank_ = 0;
    std::size_t size_ = 1;
    bool has_joined_ = false;
};

}  // namespace dstudio::cli
