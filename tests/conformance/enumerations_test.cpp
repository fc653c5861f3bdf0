// Every documented value of every enumeration, its short form, and a word that is none of them.

#include "conformance_support.hpp"

namespace murmur::conformance {
namespace {

struct EnumCase {
    FieldCase field;
    std::string value;
};
void PrintTo(const EnumCase& subject, std::ostream* out) {
    *out << subject.field.kind << " " << subject.field.path << " " << subject.value;
}

std::vector<EnumCase> enum_cases() {
    std::vector<EnumCase> cases;
    for (const FieldCase& field : field_cases())
        for (const std::string& value : field.values) cases.push_back({field, value});
    return cases;
}

std::string enum_label_of(const ::testing::TestParamInfo<EnumCase>& subject) {
    return test_label(subject.param.field.kind + "_" + subject.param.field.path + "_" + subject.param.value);
}

/// The input that the value fits into: a section belongs to its substrate.
const MinimumInput& base_for(const EnumCase& subject) {
    const bool has_section = subject.field.kind == "disk-type" || subject.field.kind == "placement";
    if (subject.value == "SUBSTRATE_AWS" && has_section) return minimum_input(subject.field.kind + "-aws");
    return base_of(subject.field);
}

json::object with(const EnumCase& subject, const std::string& value) {
    json::object fields = fields_of(base_for(subject));
    put(fields, subject.field.path, json::value(value));
    return fields;
}

class EnumValue : public ::testing::TestWithParam<EnumCase> {};

TEST_P(EnumValue, IsAccepted) {
    const EnumCase& subject = GetParam();
    const std::string& kind = subject.field.kind;
    const CheckedBody checked = set_text(kind, base_for(subject).name, text_of(kind, with(subject, subject.value)));
    const json::value* const kept = look(checked.body, subject.field.path);
    ASSERT_TRUE(kept);
    EXPECT_EQ(*kept, json::value(subject.value));
    EXPECT_NE(get_text(kind, checked.body).find(subject.value), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Documented, EnumValue, ::testing::ValuesIn(enum_cases()), enum_label_of);

class ShortForm : public ::testing::TestWithParam<EnumCase> {};

TEST_P(ShortForm, IsRefusedWithTheFullOne) {
    const EnumCase& subject = GetParam();
    std::string short_form = subject.value.substr(subject.value.find('_') + 1);
    for (const bool lower : {false, true}) {
        if (lower)
            for (char& c : short_form) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        try {
            set_text(subject.field.kind, base_for(subject).name,
                     text_of(subject.field.kind, with(subject, short_form)));
            FAIL() << short_form << " was accepted";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::invalid_argument);
            const bool is_required = subject.field.need == Need::yes;
            EXPECT_EQ(error.message(),
                      subject.field.path +
                          (is_required ? " is required" : " must be one of ARCHITECTURE_AMD64 or ARCHITECTURE_ARM64"));
            EXPECT_EQ(error.hint(), "Write " + subject.value + ".");
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Documented, ShortForm, ::testing::ValuesIn([] {
                             std::vector<EnumCase> cases;
                             for (const EnumCase& subject : enum_cases())
                                 if (subject.value.find("SUBSTRATE_") == 0 || subject.value.find("ARCHITECTURE_") == 0)
                                     cases.push_back(subject);
                             return cases;
                         }()),
                         enum_label_of);

class UnknownValue : public ::testing::TestWithParam<EnumCase> {};

TEST_P(UnknownValue, IsRefusedByPath) {
    const EnumCase& subject = GetParam();
    const std::string& kind = subject.field.kind;
    const json::object fields = with(subject, "sometimes");
    const std::string complaint = complaint_about(kind, base_for(subject).name, text_of(kind, fields));
    const std::string path = shown_path(fields, subject.field.path);
    const std::string beginning = path + (subject.field.need == Need::yes ? " is required" : " must be one of ");
    EXPECT_EQ(complaint.substr(0, beginning.size()), beginning) << complaint;
}

INSTANTIATE_TEST_SUITE_P(Documented, UnknownValue, ::testing::ValuesIn([] {
                             std::vector<EnumCase> cases;
                             for (const FieldCase& field : field_cases())
                                 if (!field.values.empty()) cases.push_back({field, field.values.front()});
                             return cases;
                         }()),
                         enum_label_of);

}
}
