#include "config/yaml_document.hpp"

#include "base/file.hpp"

namespace murmur {

namespace {
// A configuration is written by hand; what is larger was passed by mistake.
constexpr std::size_t yaml_bytes_max = std::size_t{1} << 20;
}

YamlDocument YamlDocument::parse(std::string_view text, std::string file_name) {
    if (text.size() > yaml_bytes_max)
        throw Error(Errc::resource_exhausted, file_name + " is larger than 1 MiB")
            .with_hint("Check that this is the configuration file that was meant.");
    YamlDocument document;
    document.file_ = std::move(file_name);
    YamlTree tree = parse_yaml(text, {document.file_, YamlSource::Style::file});
    if (!tree.top.is_null() && !tree.top.is_object())
        throw Error(Errc::invalid_argument, document.file_ + ": the top must be a mapping (key: value)");
    if (tree.top.is_object()) document.root_ = std::move(tree.top.get_object());
    document.positions_ = std::move(tree.positions);
    return document;
}

YamlDocument YamlDocument::load(const std::filesystem::path& path) {
    return parse(read_file(path, yaml_bytes_max), path.string());
}

std::string YamlDocument::where(const std::string& path) const {
    const auto found = positions_.find(path);
    if (found == positions_.end()) return file_;
    return file_ + ":" + std::to_string(found->second.line) + ":" + std::to_string(found->second.column);
}

Error YamlDocument::error(const std::string& path, const std::string& complaint) const {
    return Error(Errc::invalid_argument, where(path) + ": " + (path.empty() ? "" : path + " ") + complaint);
}

}
