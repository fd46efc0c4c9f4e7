// The catalogue pack: one file with everything that the server, the command line and the web build need
// (docs/formats/pack.md).
//
// Writing is atomic: the pack is written beside its place, synced, and renamed over it, so a reader sees the old pack
// or the new one, whole, even after `kill -9` or a power cut. Reading verifies the checksum of every section before
// anything is used. Checksums find damage, not malice: a pack is as trusted as the program that opens it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace dstudio::catalog {

struct PackSection {
    std::string name;  // at most 15 bytes
    std::string bytes;
};

// Errors: unwritable_file.
base::Result<void> write_pack(const std::filesystem::path& path, const std::vector<PackSection>& sections);

// Where this process puts what it has not finished of the pack at `path`: beside it, named by process.
std::filesystem::path scratch_path(const std::filesystem::path& path);

// Removes what builders of the pack at `path` left that were killed: files and folders named as by scratch_path after
// processes that are gone. write_pack does so too; a builder does it first, so that those killed early leave one
// another's litter to be cleared as well.
void remove_abandoned_builds(const std::filesystem::path& path);

// A pack mapped into memory, read-only. Move-only; views into it live as long as it does.
class PackFile {
  public:
    // Errors: unreadable_file; corrupt_pack with the reason.
    static base::Result<PackFile> open(const std::filesystem::path& path);

    PackFile(PackFile&& other) noexcept;
    PackFile& operator=(PackFile&& other) noexcept;
    PackFile(const PackFile&) = delete;
    PackFile& operator=(const PackFile&) = delete;
    ~PackFile();

    // Empty if there is no such section.
    [[nodiscard]] std::string_view section(std::string_view name) const;
    [[nodiscard]] std::uint64_t offset(std::string_view name) const;  // within the file
    // A new descriptor of the very file that was opened (not of what may stand at its path now). The caller closes it;
    // -1 on failure.
    [[nodiscard]] int duplicate_descriptor() const;

  private:
    struct Extent {
        std::uint64_t offset;
        std::uint64_t size;
    };
    PackFile() = default;
    void close();

    int descriptor_ = -1;
    const char* data_ = nullptr;
    std::size_t size_ = 0;
    std::map<std::string, Extent, std::less<>> sections_;
};

}  // namespace dstudio::catalog
