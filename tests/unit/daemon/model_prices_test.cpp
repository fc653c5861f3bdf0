#include "daemon/model_prices.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>
#include <murmur/testing/temp_dir.hpp>

#include "base/file.hpp"

namespace murmur {
namespace {

struct ModelPrices : ::testing::Test {
    testing::TempDir dir;

    PriceTable load(const std::string& text) {
        write_file_atomically(dir.path() / "models.yaml", text, 0600);
        return load_model_prices(dir.path() / "models.yaml");
    }
    std::string complaint(const std::string& text) {
        try {
            load(text);
        } catch (const Error& error) {
            const std::string message = error.message();
            return message.substr(message.find("models.yaml"));
        }
        return "none";
    }
};

TEST_F(ModelPrices, ThoseWeShipAreInOrder) {
    const PriceTable table = load_model_prices(std::string(MURMUR_SOURCE_DIR) + "/share/prices/models.yaml");
    constexpr TokenUsage usage{1'000'000, 1'000'000, 1'000'000, 1'000'000};
    EXPECT_DOUBLE_EQ(table.cost_of("claude-sonnet-4-6", usage).value(), 3 + 15 + 0.30 + 3.75);
    EXPECT_DOUBLE_EQ(table.cost_of("gpt-5.1-codex-mini", usage).value(), 0.25 + 2 + 0.025 + 0.25);
    EXPECT_DOUBLE_EQ(table.cost_of("gpt-5-2025-08-07", usage).value(), 1.25 + 10 + 0.125 + 1.25);
    EXPECT_FALSE(table.cost_of("demo", usage));
}

TEST_F(ModelPrices, SaysWhatIsWrongAndWhere) {
    EXPECT_EQ(complaint("prices: [{model: a, input: 1, output: 2}]"), "none");
    EXPECT_EQ(complaint("{}"), "models.yaml: prices is missing");
    EXPECT_EQ(complaint("prices:\n  - {model: a, input: 1}"), "models.yaml: prices[0].output is missing");
    EXPECT_EQ(complaint("prices:\n  - {model: a, input: -1, output: 2}"),
              "models.yaml:2:16: prices[0].input must be a number from 0 to 10000");
    EXPECT_EQ(complaint("prices:\n  - {model: a, input: 1, output: 2, cached: 1}").substr(0, 16), "models.yaml:2:37");
    EXPECT_EQ(complaint("prices:\n  - {input: 1, output: 2}").substr(0, 15), "models.yaml:2:5");
    EXPECT_THROW(load_model_prices(dir.path() / "none.yaml"), Error);
}

}
}
