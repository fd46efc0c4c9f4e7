// Any bytes as a pack. Half of the inputs get their checksums put right first, or nothing behind them would ever be
// reached: an index that lies must be refused too. The search index behind right checksums is not searched then: Xapian
// reads a database that was forged on purpose without checking (it crashes in its glass backend), so that a pack is as
// trusted as the program itself, and checksums stand against damage, not malice.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "core/base/assert.hpp"
#include "services/catalog/catalog.hpp"
#include "services/catalog/search.hpp"

using namespace dstudio;

namespace {

constexpr std::size_t header_size = 16;
constexpr std::size_t row_size = 40;

std::uint64_t read_u64(const std::string& bytes, std::size_t at) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof(value));
    return value;
}

void write_u64(std::string& bytes, std::size_t at, std::uint64_t value) {
    std::memcpy(bytes.data() + at, &value, sizeof(value));
}

void put_checksums_right(std::string& bytes) {
    if (bytes.size() < header_size + 8)
        return;
    std::uint32_t count = 0;
    std::memcpy(&count, bytes.data() + 12, sizeof(count));
    const std::size_t table_end = header_size + std::size_t{count} * row_size;
    if (count > 64 || table_end + 8 > bytes.size())
        return;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::size_t row = header_size + i * row_size;
        const std::uint64_t offset = read_u64(bytes, row + 16);
        const std::uint64_t size = read_u64(bytes, row + 24);
        if (offset <= bytes.size() && size <= bytes.size() - offset)
            write_u64(bytes, row + 32, XXH3_64bits(bytes.data() + offset, size));
    }
    write_u64(bytes, table_end, XXH3_64bits(bytes.data(), table_end));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const bool forged = data[0] % 2 == 0;
    if (forged)
        put_checksums_right(bytes);
    const int descriptor = ::memfd_create("pack", MFD_CLOEXEC);
    DS_ASSERT(descriptor >= 0);
    DS_ASSERT(::write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    const auto opened = catalog::Catalog::open("/proc/self/fd/" + std::to_string(descriptor));
    ::close(descriptor);
    if (!opened) {
        DS_ASSERT(opened.error().code == base::ErrorCode::corrupt_pack);
        return 0;
    }
    std::size_t total = 0;
    for (const catalog::Brief& brief : opened->entries())
        total += opened->entry_json(brief).size() + catalog::Catalog::brief_json(brief).size();
    for (const catalog::Edge& edge : opened->edges())
        total +=
            opened->entries()[edge.from].name.size() + opened->entries()[edge.to].name.size() + edge.relation.size();
    (void)opened->resolve("quorum");
    if (!forged)
        if (auto searcher = catalog::Searcher::open(*opened))
            (void)searcher->search({.text = "quorum"});
    return total == ~std::size_t{0} ? 1 : 0;
}
