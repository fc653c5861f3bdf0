#include <cstdio>

#include "plugins/plugin_host.hpp"

namespace murmur {

namespace {

struct MetricFamily {
    const char* name;
    const char* type;
    const char* help;
    double (*value)(const CallMetrics&);
};

constexpr MetricFamily metric_families[] = {
    {"murmur_plugin_calls_total", "counter", "Calls into a plugin.",
     [](const CallMetrics& row) { return static_cast<double>(row.calls); }},
    {"murmur_plugin_call_errors_total", "counter", "Calls into a plugin that ended with an error.",
     [](const CallMetrics& row) { return static_cast<double>(row.errors); }},
    {"murmur_plugin_call_deadline_exceeded_total", "counter", "Calls into a plugin that missed their deadline.",
     [](const CallMetrics& row) { return static_cast<double>(row.deadline_exceeded); }},
    {"murmur_plugin_calls_abandoned_total", "counter", "Calls into a plugin that were left behind at their deadline.",
     [](const CallMetrics& row) { return static_cast<double>(row.abandoned); }},
    {"murmur_plugin_calls_abandoned_running", "gauge", "Calls left behind that have not returned.",
     [](const CallMetrics& row) { return static_cast<double>(row.still_running); }},
    {"murmur_plugin_call_seconds_total", "counter", "Time spent in calls into a plugin.",
     [](const CallMetrics& row) { return row.seconds; }},
};

}

std::string PluginHost::metrics_text() const {
    const std::vector<CallMetrics> rows = metrics();
    std::string text;
    for (const MetricFamily& family : metric_families) {
        text += "# HELP " + std::string(family.name) + " " + family.help + "\n";
        text += "# TYPE " + std::string(family.name) + " " + family.type + "\n";
        for (const CallMetrics& row : rows) {
            char number[32];
            std::snprintf(number, sizeof number, "%.15g", family.value(row));
            text +=
                std::string(family.name) + "{plugin=\"" + row.plugin + "\",call=\"" + row.call + "\"} " + number + "\n";
        }
    }
    return text;
}

}
