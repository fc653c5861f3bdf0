// Every agreed message, brought about by input.

#include "conformance_support.hpp"

namespace murmur::conformance {
namespace {

class RefusedInputOf : public ::testing::TestWithParam<RefusedInput> {};

TEST_P(RefusedInputOf, GetsTheAgreedMessage) {
    const RefusedInput& input = GetParam();
    try {
        set_text(input.kind, input.name, input.text);
        FAIL() << "it was accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        EXPECT_EQ(error.message(), input.message);
        EXPECT_NE(error.hint().find(input.hint), std::string::npos) << error.hint();
    }
}

INSTANTIATE_TEST_SUITE_P(Documented, RefusedInputOf, ::testing::ValuesIn(refused_inputs()),
                         [](const auto& input) { return test_label(input.param.label); });

}
}
