#include "apps/cli/sim_ranks.hpp"

#include <cstdint>
#include <cstdlib>

#ifdef DSTUDIO_MPI
#define OMPI_SKIP_MPICXX 1
#include <mpi.h>
#endif

namespace dstudio::cli {

#ifdef DSTUDIO_MPI

Ranks::Ranks() {
    // Started alone there is nobody to join, and MPI takes its time.
    if (std::getenv("OMPI_COMM_WORLD_SIZE") == nullptr && std::getenv("PMI_SIZE") == nullptr &&
        std::getenv("PMIX_RANK") == nullptr)
        return;
    int provided = 0;
    int rank = 0;
    int size = 1;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    has_joined_ = true;
    rank_ = static_cast<std::size_t>(rank);
    size_ = static_cast<std::size_t>(size);
}

Ranks::~Ranks() {
    if (has_joined_)
        MPI_Finalize();
}

void Ranks::share(std::vector<std::size_t>& numbers) const {
    if (!has_joined_)
        return;
    static_assert(sizeof(std::size_t) == sizeof(std::uint64_t));
    std::uint64_t count = numbers.size();
    MPI_Bcast(&count, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
    numbers.resize(count);
    MPI_Bcast(numbers.data(), static_cast<int>(count), MPI_UINT64_T, 0, MPI_COMM_WORLD);
}

void Ranks::send(std::size_t number, const std::string& text) const {
    MPI_Send(text.data(), static_cast<int>(text.size()), MPI_CHAR, 0, static_cast<int>(number), MPI_COMM_WORLD);
}

void Ranks::receive(bool waits, const std::function<void(std::size_t, const std::string&)>& use) const {
    for (bool is_waiting = waits;; is_waiting = false) {
        MPI_Status status;
        int has_come = 1;
        if (is_waiting)
            MPI_Probe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &status);
        else
            MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &has_come, &status);
        if (has_come == 0)
            return;
        int size = 0;
        MPI_Get_count(&status, MPI_CHAR, &size);
        std::string text(static_cast<std::size_t>(size), '\0');
        MPI_Recv(text.data(), size, MPI_CHAR, status.MPI_SOURCE, status.MPI_TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        use(static_cast<std::size_t>(status.MPI_TAG), text);
    }
}

#else

Ranks::Ranks() = default;
Ranks::~Ranks() = default;
void Ranks::share(std::vector<std::size_t>& /*numbers*/) const {}
void Ranks::send(std::size_t /*number*/, const std::string& /*text*/) const {}
void Ranks::receive(bool /*waits*/, const std::function<void(std::size_t, const std::string&)>& /*use*/) const {}

#endif

}  // namespace dstudio::cli
