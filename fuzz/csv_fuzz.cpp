// Any text as comma-separated values: read to its end or refused at a place within it; what was read and is written by
// the rules of RFC 4180 is read as the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/base/csv.hpp"

namespace {

using Records = std::vector<std::vector<std::string>>;

Records records_of(std::string_view text, bool& is_refused) {
    Records records;
    dstudio::base::CsvReader reader(text);
    while (reader.next()) {
        records.emplace_back();
        for (const auto& field : reader.fields())
            records.back().emplace_back(field.text);
    }
    is_refused = reader.mistake().has_value();
    if (is_refused && (reader.mistake()->line > text.size() + 1 || reader.mistake()->column > text.size() + 1))
        std::abort();
    return records;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    bool is_refused = false;
    const Records records = records_of({reinterpret_cast<const char*>(data), size}, is_refused);
    std::string written;
    for (const auto& record : records) {
        for (std::size_t i = 0; i < record.size(); ++i) {
            written += i == 0 ? "\"" : ",\"";
            for (const char c : record[i])
                written += c == '"' ? std::string("\"\"") : std::string(1, c);
            written += '"';
        }
        written += "\r\n";
    }
    if (records_of(written, is_refused) != records || is_refused)
        std::abort();
    return 0;
}
