// The JSON Schemas of content/schema, one per kind, and validation of front matter against them.
//
// Validation is valijson's; its findings are turned into diagnostics that name the line, what was found and what is
// allowed.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "core/base/error.hpp"
#include "services/catalog/diagnostic.hpp"
#include "services/catalog/front_matter.hpp"

namespace dstudio::catalog {

class Schemas {
  public:
    // Loads `<folder>/<kind>.json` for every kind and `taxonomy.json`; `common.json` holds shared definitions.
    static base::Result<Schemas> load(const std::filesystem::path& folder);

    Schemas(Schemas&&) noexcept;
    Schemas& operator=(Schemas&&) noexcept;
    ~Schemas();

    // `name`: a kind's singular or "taxonomy". Appends one diagnostic per finding; true if there was none.
    bool validate(const std::string& name, const YamlDocument& document, const std::string& file,
                  Diagnostics& diagnostics) const;

  private:
    struct Impl;
    explicit Schemas(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace dstudio::catalog
