#include "runner/report_texts.hpp"

#include <algorithm>
#include <string_view>

#include "runner/reports.hpp"

namespace murmur::runner {

namespace {

constexpr std::size_t text_bytes_max = 64 << 10;  // what the control plane keeps of one text
constexpr std::size_t data_bytes_max = 64 << 10;  // promised in the SDK

constexpr std::string_view kept_fields[] = {"kind",    "cloneUrl",  "baseBranch", "branch",  "head",      "sha",
                                            "backend", "sessionId", "messageIds", "outcome", "code",      "path",
                                            "step",    "parent",    "at",         "seq",     "delivered", "result"};
// What a backend marks a text with that it has cut; a value's beginning may stand before it.
constexpr std::string_view cut_marks[] = {"…", "..."};

void redact_text(json::string& text, const Redactor& redactor) {
    const std::string_view whole(text);
    for (const std::string_view mark : cut_marks)
        if (whole.ends_with(mark)) {
            const std::string clean = redactor.redact_cut(whole.substr(0, whole.size() - mark.size()));
            text = clean + std::string(mark);
            return;
        }
    if (const std::string clean = redactor.redact(whole); clean != whole) text = clean;
}

void redact_all(json::value& value, const Redactor& redactor) {
    if (json::string* text = value.if_string()) {
        redact_text(*text, redactor);
    } else if (json::array* items = value.if_array()) {
        for (json::value& item : *items) redact_all(item, redactor);
    } else if (json::object* members = value.if_object()) {
        json::object clean;
        for (auto& member : *members) {
            redact_all(member.value(), redactor);
            clean[redactor.redact(member.key())] = std::move(member.value());
        }
        *members = std::move(clean);
    }
}

void redact_fields(json::object& fields, const Redactor& redactor) {
    for (auto& member : fields) {
        if (std::find(std::begin(kept_fields), std::end(kept_fields), member.key()) != std::end(kept_fields)) continue;
        if (member.key() == "data") {
            redact_all(member.value(), redactor);
        } else if (json::object* nested = member.value().if_object()) {
            redact_fields(*nested, redactor);
        } else if (json::array* items = member.value().if_array()) {
            for (json::value& item : *items) {
                if (item.is_object())
                    redact_fields(item.get_object(), redactor);
                else
                    redact_all(item, redactor);
            }
        } else {
            redact_all(member.value(), redactor);
        }
    }
}

void cut_field(json::object& fields, std::string_view name) {
    json::value* value = fields.if_contains(name);
    if (json::string* text = value ? value->if_string() : nullptr; text && text->size() > text_bytes_max)
        *text = cut_text(std::string(*text), text_bytes_max);
}

}

void finish_report(json::object& report, const Redactor& redactor) {
    if (!redactor.empty()) redact_fields(report, redactor);
    for (auto& member : report) {
        json::object* fields = member.value().if_object();
        if (!fields) continue;
        cut_field(*fields, "text");
        cut_field(*fields, "response");
        cut_field(*fields, "answer");
        if (member.key() != "sessionEvent") continue;
        json::value* data = fields->if_contains("data");
        const std::size_t size = data ? json::serialize(*data).size() : 0;
        if (size > data_bytes_max) *data = json::object{{"cutBytes", size}};
    }
}

}
