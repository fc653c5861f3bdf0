#include "plugins/plugin_catalog.hpp"

#include <algorithm>
#include <murmur/check.hpp>
#include <murmur/nearest.hpp>

#include "crypto/cipher.hpp"
#include "plugins/plugin_search.hpp"

namespace murmur {

namespace {

const PluginRecord* find_loaded(const std::vector<PluginRecord>& records, const std::string& name) {
    for (const PluginRecord& record : records)
        if (record.state == PluginState::loaded && record.name == name) return &record;
    return nullptr;
}

}

ManifestFacts read_record(const std::filesystem::path& file, bool hash, PluginRecord& record) {
    const ElfFile elf(file);
    if (hash) record.sha256 = sha256_hex(elf.bytes());
    ManifestFacts facts = read_manifest(elf);
    record.name = facts.name;
    record.version = facts.version;
    record.description = facts.description;
    record.license = facts.license;
    record.provides = facts.provides;
    return facts;
}

void refuse(PluginRecord& record, const Error& error) {
    record.state = PluginState::refused;
    record.reason = error.message();
    for (const std::string& context : error.context()) record.reason += ", while " + context;
    record.hint = error.hint();
}

PluginCatalog::PluginCatalog(PluginHostOptions options) : options_(std::move(options)) {
    MURMUR_CHECK(options_.logger != nullptr);
    for (const std::filesystem::path& dir : options_.dirs) {
        try {
            for (const std::filesystem::path& file : find_plugin_files(dir)) records_.push_back(examine(file));
        } catch (const Error& error) {
            options_.logger->log(LogLevel::error, "a plugin folder cannot be read", {{"error", error.message()}});
        }
    }
    warn_unused_settings();
}

PluginCatalog::~PluginCatalog() {
    for (const auto& plugin : loaded_) plugin->log->disconnect();
}

PluginRecord PluginCatalog::examine(const std::filesystem::path& file) {
    PluginRecord record;
    record.file = file;
    try {
        load(file, record);
    } catch (const Error& error) {
        refuse(record, error);
        options_.logger->log(LogLevel::warning, "a plugin was refused",
                             {{"file", file.string()}, {"reason", record.reason}, {"hint", record.hint}});
    }
    return record;
}

void PluginCatalog::load(const std::filesystem::path& file, PluginRecord& record) {
    const ManifestFacts facts = read_record(file, options_.hash_files || options_.allowed, record);
    if (const PluginRecord* earlier = find_loaded(records_, facts.name);
        earlier && earlier->file.parent_path() != file.parent_path()) {
        record.state = PluginState::shadowed;
        record.reason = "plugin \"" + facts.name + "\" was found in \"" + earlier->file.string() + "\" before";
        return;
    }
    check_plugin_permissions(file);
    check_manifest(facts);
    check_allowed(record);
    if (!is_wanted(record)) {
        record.state = PluginState::skipped;
        record.reason = "this program uses none of what it provides";
        return;
    }
    check_free(record);

    auto plugin = std::make_unique<LoadedPlugin>();
    plugin->name = facts.name;
    plugin->log = std::make_shared<LogRelay>(*options_.logger, facts.name);
    plugin->services = std::make_shared<PluginServices>(plugin->log, options_.state_dir / "plugins" / facts.name);
    plugin->library =
        std::make_unique<PluginLibrary>(file, facts, std::make_shared<CallGuard>(facts.name, plugin->log));
    const auto given = options_.settings.find(facts.name);
    plugin->settings = PluginSettings(plugin->library->factories().settings,
                                      given == options_.settings.end() ? json::object() : given->second, facts.name);
    for (const std::string& provided : facts.provides) providers_[provided] = plugin.get();
    loaded_.push_back(std::move(plugin));
    record.state = PluginState::loaded;
}

void PluginCatalog::check_allowed(const PluginRecord& record) const {
    if (!options_.allowed) return;
    const std::string hint =
        "To allow it, add to plugin_allow in murmurd.yaml: {name: " + record.name + ", sha256: " + record.sha256 + "}";
    bool named = false;
    for (const AllowedPlugin& allowed : *options_.allowed) {
        if (allowed.name != record.name) continue;
        if (allowed.sha256.empty() || allowed.sha256 == record.sha256) return;
        named = true;
    }
    if (named)
        throw Error(Errc::permission_denied, "the file is not the one that the allow list names: its SHA-256 differs")
            .with_hint(hint);
    throw Error(Errc::permission_denied, "plugin \"" + record.name + "\" is not on the allow list").with_hint(hint);
}

void PluginCatalog::check_free(const PluginRecord& record) const {
    const std::string hint =
        "Remove one of the two files, or name the one that you want in plugin_allow in murmurd.yaml.";
    if (const PluginRecord* earlier = find_loaded(records_, record.name))
        throw Error(Errc::already_exists, "plugin \"" + record.name + "\" was loaded from \"" + earlier->file.string() +
                                              "\" in the same folder")
            .with_hint(hint);
    for (const std::string& provided : record.provides) {
        const LoadedPlugin* const other = find_provider(provided);
        if (other)
            throw Error(Errc::already_exists, "plugin \"" + other->name + "\" provides \"" + provided + "\" already")
                .with_hint(hint);
        if (std::count(record.provides.begin(), record.provides.end(), provided) > 1)
            throw Error(Errc::invalid_argument, "its manifest provides \"" + provided + "\" twice");
    }
}

bool PluginCatalog::is_wanted(const PluginRecord& record) const {
    if (options_.kinds.empty()) return true;
    return std::any_of(record.provides.begin(), record.provides.end(), [&](const std::string& provided) {
        const std::string kind = provided.substr(0, provided.find(':'));
        return std::find(options_.kinds.begin(), options_.kinds.end(), kind) != options_.kinds.end();
    });
}

void PluginCatalog::warn_unused_settings() const {
    std::vector<std::string> names;
    for (const PluginRecord& record : records_) names.push_back(record.name);
    for (const auto& [name, section] : options_.settings)
        if (std::find(names.begin(), names.end(), name) == names.end())
            options_.logger->log(LogLevel::warning, "there are settings for a plugin that was not found",
                                 {{"plugin", name}, {"hint", did_you_mean(name, names)}});
}

const LoadedPlugin* PluginCatalog::find_provider(const std::string& provided) const {
    const auto found = providers_.find(provided);
    return found == providers_.end() ? nullptr : found->second;
}

}
