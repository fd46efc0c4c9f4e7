// A small valid content tree in a temporary folder, for tests: at least one entry of every kind, the real schemas, and
// the real taxonomy with one era of its own. Tests change single lines of it and look at what is said.
//
// Counted by hand: 3 concepts, 4 patterns, 3 episodes and one of each of the other 16 kinds.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace dstudio::catalog {

// A folder for a test's files, removed with it.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

class ContentFixture {
  public:
    ContentFixture();

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
    [[nodiscard]] std::filesystem::path content() const { return folder() / "content"; }  // for load_content
    [[nodiscard]] std::filesystem::path pack() const { return folder() / "catalogue.pack"; }

    // Files are named relative to content().
    [[nodiscard]] std::string read(std::string_view file) const;
    void write(std::string_view file, std::string_view bytes) const;
    void remove(std::string_view file) const;
    // REQUIRES: `from` stands in the file; its first occurrence is replaced.
    void replace(std::string_view file, std::string_view from, std::string_view to) const;

    static constexpr std::size_t entries_count = 26;

  private:
    TemporaryFolder folder_;
};

}  // namespace dstudio::catalog
