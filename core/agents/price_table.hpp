#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace murmur {

/// Tokens of one answer of a model, as its backend told them.
struct TokenUsage {
    std::int64_t input = 0;
    std::int64_t output = 0;
    std::int64_t cache_read = 0;
    std::int64_t cache_write = 0;
};

/// What models cost, for backends that tell tokens and no cost. A value; from share/prices/models.yaml.
class PriceTable {
public:
    /// US dollars for a million tokens of each sort.
    struct Price {
        std::string model_prefix;  ///< "claude-opus-4-": the longest that fits counts
        double input = 0;
        double output = 0;
        double cache_read = 0;
        double cache_write = 0;
    };

    PriceTable() = default;
    explicit PriceTable(std::vector<Price> prices);

    /// Nothing for a model that is not in the table. Dots and dashes in names are the same.
    std::optional<double> cost_of(const std::string& model, const TokenUsage& usage) const;

private:
    std::vector<Price> prices_;
};

}
