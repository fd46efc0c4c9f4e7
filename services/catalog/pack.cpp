#include "services/catalog/pack.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/assert.hpp"

namespace dstudio::catalog {
namespace {

using base::ErrorCode;
namespace fs = std::filesystem;

// Layout, little-endian: magic (8 bytes), version (u32), section count (u32), then per section name (16 bytes,
// zero-padded), offset, size and XXH3-64 of its bytes (u64 each), then XXH3-64 of all that stands before it (u64).
// Sections start at multiples of 4096.
constexpr std::string_view magic = "DSTUDIO\n";
constexpr std::uint32_t version = 1;
constexpr std::size_t name_size = 16;
constexpr std::size_t row_size = name_size + 3 * sizeof(std::uint64_t);
constexpr std::size_t header_size = magic.size() + 2 * sizeof(std::uint32_t);
constexpr std::size_t alignment = 4096;
constexpr std::uint32_t sections_max = 64;
constexpr const char* scratch_infix = ".tmp-";

std::uint64_t aligned(std::uint64_t offset) {
    return (offset + alignment - 1) / alignment * alignment;
}

template <class Integer>
void append(std::string& bytes, Integer value) {
    for (std::size_t i = 0; i < sizeof(value); ++i)
        bytes += static_cast<char>((value >> (8 * i)) & 0xFF);
}

template <class Integer>
Integer read(const char* at) {
    Integer value = 0;
    for (std::size_t i = 0; i < sizeof(value); ++i)
        value |= static_cast<Integer>(static_cast<unsigned char>(at[i])) << (8 * i);
    return value;
}

tl::unexpected<base::Error> system_error(ErrorCode code, const std::string& what, const fs::path& path) {
    return base::fail(code, what + " " + path.string() + ": " + std::strerror(errno));
}

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

fs::path scratch_path(const fs::path& path) {
    return path.string() + scratch_infix + std::to_string(::getpid());
}

void remove_abandoned_builds(const fs::path& path) {
    const std::string prefix = path.filename().string() + scratch_infix;
    std::error_code ignored;
    for (const auto& item :
         fs::directory_iterator(path.parent_path().empty() ? fs::path(".") : path.parent_path(), ignored)) {
        const std::string name = item.path().filename().string();
        if (!name.starts_with(prefix))
            continue;
        const long process = std::strtol(name.c_str() + prefix.size(), nullptr, 10);
        if (process > 0 && process != ::getpid() && ::kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH)
            fs::remove_all(item.path(), ignored);
    }
}

base::Result<void> write_pack(const fs::path& path, const std::vector<PackSection>& sections) {
    DS_ASSERT(sections.size() <= sections_max);
    std::string header(magic);
    append(header, version);
    append(header, static_cast<std::uint32_t>(sections.size()));
    std::uint64_t offset = aligned(header_size + sections.size() * row_size + sizeof(std::uint64_t));
    for (const PackSection& section : sections) {
        DS_ASSERT(section.name.size() < name_size);
        header += section.name;
        header.append(name_size - section.name.size(), '\0');
        append(header, offset);
        append(header, static_cast<std::uint64_t>(section.bytes.size()));
        append(header, static_cast<std::uint64_t>(XXH3_64bits(section.bytes.data(), section.bytes.size())));
        offset = aligned(offset + section.bytes.size());
    }
    append(header, static_cast<std::uint64_t>(XXH3_64bits(header.data(), header.size())));

    std::error_code error;
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    fs::create_directories(folder, error);
    if (error)
        return base::fail(ErrorCode::unwritable_file,
                          "cannot create folder " + folder.string() + ": " + error.message());
    remove_abandoned_builds(path);
    const fs::path temporary = scratch_path(path);
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return system_error(ErrorCode::unwritable_file, "cannot write", temporary);
    bool written = write_all(descriptor, header);
    std::uint64_t position = header.size();
    for (const PackSection& section : sections) {
        written = written && write_all(descriptor, std::string(aligned(position) - position, '\0')) &&
                  write_all(descriptor, section.bytes);
        position = aligned(position) + section.bytes.size();
    }
    written = written && ::fsync(descriptor) == 0;
    const bool closed = ::close(descriptor) == 0;
    if (!written || !closed || ::rename(temporary.c_str(), path.c_str()) != 0) {
        auto failure = system_error(ErrorCode::unwritable_file, "cannot write", path);
        ::unlink(temporary.c_str());
        return failure;
    }
    if (const int folder_descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        folder_descriptor >= 0) {
        ::fsync(folder_descriptor);
        ::close(folder_descriptor);
    }
    return {};
}

base::Result<PackFile> PackFile::open(const fs::path& path) {
    PackFile pack;
    pack.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (pack.descriptor_ < 0)
        return base::fail(ErrorCode::unreadable_file,
                          "cannot read catalogue pack " + path.string() + ": " + std::strerror(errno),
                          "build it with 'dstudio content build', or name it with --pack");
    const auto corrupt = [&](const std::string& reason) {
        return base::fail(ErrorCode::corrupt_pack, path.string() + " is not a usable catalogue pack: " + reason,
                          "build it again with 'dstudio content build'");
    };
    struct stat status {};
    if (::fstat(pack.descriptor_, &status) != 0 || !S_ISREG(status.st_mode))
        return corrupt("it is not a regular file");
    pack.size_ = static_cast<std::size_t>(status.st_size);
    if (pack.size_ < header_size + sizeof(std::uint64_t))
        return corrupt("it has only " + std::to_string(pack.size_) + " bytes");
    void* mapped = ::mmap(nullptr, pack.size_, PROT_READ, MAP_PRIVATE, pack.descriptor_, 0);
    if (mapped == MAP_FAILED)
        return system_error(ErrorCode::unreadable_file, "cannot map", path);
    pack.data_ = static_cast<const char*>(mapped);
    if (std::string_view(pack.data_, magic.size()) != magic)
        return corrupt("it does not start as one");
    if (const auto found = read<std::uint32_t>(pack.data_ + magic.size()); found != version)
        return corrupt("it has format " + std::to_string(found) + ", this program reads format " +
                       std::to_string(version));
    const auto count = read<std::uint32_t>(pack.data_ + magic.size() + sizeof(version));
    const std::size_t table_end = header_size + count * row_size;
    if (count > sections_max || pack.size_ < table_end + sizeof(std::uint64_t))
        return corrupt("its table of sections is cut off");
    if (read<std::uint64_t>(pack.data_ + table_end) != XXH3_64bits(pack.data_, table_end))
        return corrupt("the checksum of its table of sections does not match");
    for (std::uint32_t i = 0; i < count; ++i) {
        const char* row = pack.data_ + header_size + i * row_size;
        const std::string name(row, ::strnlen(row, name_size));
        const Extent extent{read<std::uint64_t>(row + name_size), read<std::uint64_t>(row + name_size + 8)};
        if (extent.offset > pack.size_ || extent.size > pack.size_ - extent.offset)
            return corrupt("section '" + name + "' is cut off");
        if (read<std::uint64_t>(row + name_size + 16) != XXH3_64bits(pack.data_ + extent.offset, extent.size))
            return corrupt("the checksum of section '" + name + "' does not match");
        pack.sections_[name] = extent;
    }
    return pack;
}

PackFile::PackFile(PackFile&& other) noexcept {
    *this = std::move(other);
}

PackFile& PackFile::operator=(PackFile&& other) noexcept {
    if (this != &other) {
        close();
        descriptor_ = std::exchange(other.descriptor_, -1);
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
        sections_ = std::move(other.sections_);
    }
    return *this;
}

PackFile::~PackFile() {
    close();
}

void PackFile::close() {
    if (data_ != nullptr)
        ::munmap(const_cast<char*>(data_), size_);
    if (descriptor_ >= 0)
        ::close(descriptor_);
    data_ = nullptr;
    descriptor_ = -1;
}

std::string_view PackFile::section(std::string_view name) const {
    const auto found = sections_.find(name);
    return found == sections_.end() ? std::string_view{}
                                    : std::string_view(data_ + found->second.offset, found->second.size);
}

std::uint64_t PackFile::offset(std::string_view name) const {
    const auto found = sections_.find(name);
    return found == sections_.end() ? 0 : found->second.offset;
}

int PackFile::duplicate_descriptor() const {
    // Opened anew rather than duplicated: duplicates share one read position, and each reader seeks.
    return ::open(("/proc/self/fd/" + std::to_string(descriptor_)).c_str(), O_RDONLY | O_CLOEXEC);
}

}  // namespace dstudio::catalog
