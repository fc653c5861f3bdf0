#include "base/redactor.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/base64.hpp"
#include "base/hex.hpp"
#include "base/secret_forms.hpp"

namespace murmur {
namespace {

using Random = std::mt19937;

std::vector<Secret> secrets(const std::vector<std::string>& values) {
    std::vector<Secret> out;
    for (const std::string& value : values) out.emplace_back(value);
    return out;
}

std::string cleaned(const std::vector<std::string>& values, std::string_view text) {
    return Redactor(secrets(values)).redact(text);
}

int number_below(Random& random, int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random); }

std::string random_text(Random& random, std::size_t size, const std::string& letters) {
    std::string text;
    while (text.size() < size)
        text.push_back(letters[static_cast<std::size_t>(number_below(random, static_cast<int>(letters.size())))]);
    return text;
}

/// In pieces, cut anywhere.
std::string streamed(Random& random, const Redactor& redactor, std::string_view text, int piece_max) {
    Redactor::Stream stream(redactor);
    std::string out;
    while (!text.empty()) {
        const std::size_t size =
            std::min<std::size_t>(text.size(), 1 + static_cast<std::size_t>(number_below(random, piece_max)));
        out += stream.feed(text.substr(0, size));
        text.remove_prefix(size);
    }
    return out + stream.finish();
}

TEST(RedactorTest, TakesOutTheValueAndLeavesTheRest) {
    EXPECT_EQ(cleaned({"hunter2-hunter2"}, "it is hunter2-hunter2, not hunter2-hunter1"),
              "it is [redacted], not hunter2-hunter1");
    EXPECT_EQ(cleaned({"hunter2-hunter2"}, "hunter2-hunter2hunter2-hunter2"), "[redacted][redacted]");
    EXPECT_EQ(cleaned({}, "anything"), "anything");
    EXPECT_EQ(cleaned({"short"}, "a short value stays"), "a short value stays");
    EXPECT_EQ(cleaned({"eightbyt"}, "xeightbytx"), "x[redacted]x");
}

TEST(RedactorTest, KnowsTheUsualForms) {
    const std::string value = "p@ss/w\"rd\\ +ü\t1";
    EXPECT_EQ(cleaned({value}, "cEBzcy93InJkXCArw7wJMQ=="), "[redacted]Q==");
    const auto gone = [&](const std::string& text) {
        EXPECT_EQ(cleaned({value}, "<" + text + ">"), "<[redacted]>") << text;
    };
    gone(value);
    gone("704073732f772272645c202bc3bc0931");
    gone("704073732F772272645C202BC3BC0931");
    gone("p%40ss%2Fw%22rd%5C%20%2B%C3%BC%091");
    gone("p%40ss%2fw%22rd%5c%20%2b%c3%bc%091");
    gone("p%40ss%2Fw%22rd%5C+%2B%C3%BC%091");
    gone(R"(p@ss/w\"rd\\ +ü\t1)");
    gone(R"(p@ss\/w\"rd\\ +ü\t1)");
    gone(R"(p@ss/w\"rd\\ +\u00fc\t1)");
    gone(R"(p@ss/w\"rd\\ +\u00FC\t1)");
    gone(R"(p@ss/w\\\"rd\\\\ +ü\\t1)");
    EXPECT_EQ(cleaned({"value \xF0\x9F\x94\x91!"}, R"(value \ud83d\udd11!)"), "[redacted]");
}

TEST(RedactorTest, Base64AtEveryAlignmentAndInBothAlphabets) {
    Random random(1);
    for (int round = 0; round < 200; ++round) {
        std::string value;
        while (value.size() < 8 + static_cast<std::size_t>(round % 40))
            value.push_back(static_cast<char>(number_below(random, 256)));
        const Redactor redactor(secrets({value}));
        for (std::size_t before = 0; before < 6; ++before) {
            const std::string text =
                to_base64(random_text(random, before, "abc") + value + random_text(random, before, "xyz"));
            const std::string clean = redactor.redact(text);
            EXPECT_LE(clean.size(), text.size() - value.size() + redactor.mark().size()) << text << " became " << clean;
        }
    }
}

TEST(RedactorTest, LinesOfALongValue) {
    const std::string value = "-----BEGIN KEY-----\nc29tZXRoaW5nIHNlY3JldA\r\nanother line of it\n-----END KEY-----\n";
    const Redactor redactor(secrets({value}));
    EXPECT_EQ(redactor.redact("c29tZXRoaW5nIHNlY3JldA"), redactor.mark());
    EXPECT_EQ(redactor.redact("  another line of it"), "  " + redactor.mark());
    const std::string long_value =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnop";
    const Redactor broken(secrets({long_value}));
    const std::string base64 = to_base64(long_value);
    EXPECT_EQ(broken.redact(base64.substr(0, 76)), broken.mark());
    EXPECT_EQ(broken.redact(to_hex(long_value).substr(60, 60)), broken.mark());
}

TEST(RedactorTest, TheMarkCompletesNothing) {
    for (const std::string value :
         {"[redacted]", "redacted", "foofoo[red", "cted]barbar", "[redacted] <redacted> (x)"}) {
        const Redactor redactor(secrets({value}));
        EXPECT_EQ(redactor.redact("foofoo" + value + "barbar" + value).find(value), std::string::npos) << value;
        EXPECT_EQ(redactor.redact(value + value + value.substr(0, 3) + value).find(value), std::string::npos) << value;
    }
}

TEST(RedactorTest, OverlappingValues) {
    EXPECT_EQ(cleaned({"abcdefgh", "efghijkl"}, "_abcdefghijkl_"), "_[redacted]_");
    EXPECT_EQ(cleaned({"abcdefgh", "abcdefghijkl"}, "_abcdefghijkl_abcdefghijk_"), "_[redacted]_[redacted]ijk_");
    EXPECT_EQ(cleaned({"cdefghij", "abcdefghijkl"}, "_abcdefghijkl_abcdefghijk_"), "_[redacted]_ab[redacted]k_");
    EXPECT_EQ(cleaned({"aaaaaaaa"}, "aaaaaaaaaaa"), "[redacted]");
}

TEST(RedactorTest, ATextThatWasCutShowsNoBeginning) {
    const Redactor redactor(secrets({"abcdefgh"}));
    EXPECT_EQ(redactor.redact("text abcdefg"), "text abcdefg");
    EXPECT_EQ(redactor.redact_cut("text abcdefg"), "text [redacted]");
    EXPECT_EQ(redactor.redact_cut("text abcdefgh"), "text [redacted]");
    EXPECT_EQ(redactor.redact_cut("text"), "text");
}

// Whatever the text, however it is cut: no form of a value is in what comes out, and without a value nothing changes.
TEST(RedactorTest, PropertyNothingIsFoundAndNothingElseIsTouched) {
    Random random(20240229);
    const std::string plain_letters = "ab \n{}\"\\/+%=\xC3\xBC";
    for (int round = 0; round < 3000; ++round) {
        // Few letters: so that values overlap themselves, each other and what is around them.
        const std::string letters = round % 2 ? "ab" : plain_letters + "cdefgh0123";
        std::vector<std::string> values;
        for (int i = number_below(random, 3); i >= 0; --i)
            values.push_back(random_text(random, 8 + static_cast<std::size_t>(number_below(random, 12)), letters));
        const Redactor redactor(secrets(values));
        std::vector<std::string> forms;
        for (const std::string& value : values)
            for (std::string& form : secret_forms(value)) forms.push_back(std::move(form));
        std::string text;
        for (int i = number_below(random, 8); i >= 0; --i) {
            text += random_text(random, static_cast<std::size_t>(number_below(random, 12)), letters);
            const std::string& form =
                forms[static_cast<std::size_t>(number_below(random, static_cast<int>(forms.size())))];
            text += number_below(random, 3) ? form : form.substr(0, form.size() - 1);
        }
        const std::string whole = redactor.redact(text);
        for (const std::string& form : forms) ASSERT_EQ(whole.find(form), std::string::npos) << text << "\n" << whole;
        ASSERT_EQ(streamed(random, redactor, text, 7), whole) << text;
        ASSERT_EQ(redactor.redact(whole), whole);
    }
}

TEST(RedactorTest, PropertyTextWithoutAValueStaysAsItIs) {
    Random random(7);
    const Redactor redactor(secrets({"zzzzyyyyxxxx", "q1w2e3r4t5"}));
    for (int round = 0; round < 500; ++round) {
        const std::string text =
            random_text(random, static_cast<std::size_t>(number_below(random, 400)), "zyxq1w2e3r4 \n\"\\%");
        if (text.find("zzzzyyyyxxxx") != std::string::npos || text.find("q1w2e3r4t5") != std::string::npos) continue;
        ASSERT_EQ(streamed(random, redactor, text, 30), text);
    }
}

// A text that is nothing but beginnings takes no more steps than any other: each byte is looked at a bounded number of
// times on average. A quadratic search would not end within the time of a test.
TEST(RedactorTest, LongTextsOfNearMisses) {
    const std::string value = std::string(4000, 'a') + "b";
    const Redactor redactor(secrets({value}));
    const std::string text(8 << 20, 'a');
    EXPECT_EQ(redactor.redact(text), text);
    EXPECT_EQ(redactor.redact(text + "b"), std::string(text.size() - 4000, 'a') + redactor.mark());
}

}
}
