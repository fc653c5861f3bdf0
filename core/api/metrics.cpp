#include "api/metrics.hpp"

#include <unistd.h>

#include <fstream>
#include <sstream>

namespace murmur {

namespace {

double resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    double pages_all = 0, pages_resident = 0;
    statm >> pages_all >> pages_resident;
    return pages_resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

/// Writes families in the text format; labels here never need escaping.
class MetricPage {
public:
    void counter(const char* name, const char* help, std::int64_t value) {
        family(name, help, "counter") << name << ' ' << value << '\n';
    }
    void gauge(const char* name, const char* help, double value) {
        family(name, help, "gauge") << name << ' ' << value << '\n';
    }
    std::ostream& family(const char* name, const char* help, const char* type) {
        return page_ << "# HELP " << name << ' ' << help << "\n# TYPE " << name << ' ' << type << '\n';
    }
    std::string text() const { return page_.str(); }

private:
    std::ostringstream page_;
};

}

std::string render_metrics(ApiContext& context, std::size_t connections) {
    const EngineCounters counters = context.engine.counters();
    MetricPage page;
    page.counter("murmur_commands_total", "Commands decided.", counters.commands);
    page.counter("murmur_commands_refused_total", "Commands that were refused.", counters.refused);
    page.counter("murmur_commits_total", "Transactions written to disk.", counters.commits);
    page.counter("murmur_commit_failures_total", "Transactions that could not be written.", counters.commit_failures);
    page.counter("murmur_effects_done_total", "Effects carried out.", counters.effects_done);
    page.counter("murmur_effects_retried_total", "Effects put off after a failure.", counters.effects_retried);
    page.gauge("murmur_runners_attached", "Runners connected now.",
               static_cast<double>(context.engine.attached_runners()));
    page.gauge("murmur_http_connections", "Open connections.", static_cast<double>(connections));
    page.gauge("process_resident_memory_bytes", "Resident memory.", resident_bytes());
    std::ostream& phases = page.family("murmur_agents", "Agents by phase.", "gauge");
    for (const auto& [phase, count] : context.reader.count_phases())
        phases << "murmur_agents{phase=\"" << phase << "\"} " << count << '\n';
    return page.text();
}

}
