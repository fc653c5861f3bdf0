#include "local_catalog.hpp"

#include <unistd.h>

#include <cmath>
#include <system_error>
#include <thread>

namespace murmur::local {

namespace {

constexpr const char* builtin_name = "murmur-local";
constexpr const char* substrate = "SUBSTRATE_LOCAL";
#if defined(__aarch64__)
constexpr const char* architecture = "ARCHITECTURE_ARM64";
#else
constexpr const char* architecture = "ARCHITECTURE_AMD64";
#endif

/// To one decimal, as people speak of memory; never 0.
double in_gigabytes(double bytes) { return std::max(std::round(bytes / (1 << 30) * 10) / 10, 0.1); }

double memory_gb() {
    return in_gigabytes(static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE)));
}

std::int64_t disk_gb(const std::filesystem::path& directory) {
    std::error_code unreadable;
    const std::filesystem::space_info space = std::filesystem::space(directory, unreadable);
    // 0 stands for "as large as it is", which is true of this computer in any case.
    return unreadable ? 0 : static_cast<std::int64_t>(space.capacity >> 30);
}

std::vector<CatalogSection> local_sections() {
    FieldSpec placement{.name = "local",
                        .type = FieldType::object,
                        .default_value = json::object{},
                        .help = "How machines on this computer are kept apart.",
                        .fields = {{.name = "isolation",
                                    .type = FieldType::enumeration,
                                    .values = {"none", "bubblewrap"},
                                    .help = "What a machine is kept away from; without it, what murmurd.yaml says.",
                                    .example = "bubblewrap"},
                                   {.name = "writable",
                                    .type = FieldType::string_list,
                                    .help = "Absolute paths that a machine under bubblewrap may change.",
                                    .length_max = 100,
                                    .example = "[/srv/git]"}}};
    FieldSpec machine_type{.name = "local",
                           .type = FieldType::object,
                           .help = "That it is a part of this computer.",
                           .fields = {{.name = "cost_per_hour",
                                       .type = FieldType::number,
                                       .default_value = 0,
                                       .help = "What an hour of it is worth, in US dollars.",
                                       .minimum = 0}}};
    FieldSpec image{.name = "local", .type = FieldType::object, .help = "This computer, as it is."};
    return {{"placement", std::move(placement)},
            {"machine-type", std::move(machine_type)},
            {"image", std::move(image), "source"}};
}

}

CatalogContribution local_catalog(const std::filesystem::path& directory) {
    CatalogContribution contribution{.sections = local_sections(), .builtins = {}};
    const auto add = [&](const char* kind, json::object body) {
        json::object named{{"name", builtin_name}};
        named.insert(body.begin(), body.end());
        contribution.builtins.push_back({kind, std::move(named)});
    };
    add("machine-type", {{"vcpus", std::max(1U, std::thread::hardware_concurrency())},
                         {"memory_gb", memory_gb()},
                         {"architecture", architecture},
                         {"local", json::object{{"cost_per_hour", 0}}},
                         {"description", "This computer, shared by all its machines."}});
    add("disk-type", {{"substrate", substrate}, {"description", "The disk that murmur's state is on."}});
    add("image", {{"architecture", architecture},
                  {"source", json::object{{"local", json::object{}}}},
                  {"preinstalled", "Whatever is installed on this computer."},
                  {"description", "This computer, as it is."}});
    add("placement", {{"substrate", substrate}, {"description", "This computer."}});
    add("environment", {{"substrate", substrate},
                        {"machine_type_ref", builtin_name},
                        {"disk_type_ref", builtin_name},
                        {"disk_size_gb", disk_gb(directory)},
                        {"description", "This computer, all of it."}});
    return contribution;
}

}
