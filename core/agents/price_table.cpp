#include "agents/price_table.hpp"

#include <algorithm>
#include <cctype>

namespace murmur {

namespace {

/// Whole words only: "gpt-5-2" is no name for "gpt-5-2025-08-07".
bool is_named(const std::string& model, const std::string& prefix) {
    if (!model.starts_with(prefix)) return false;
    return model.size() == prefix.size() || prefix.ends_with("-") ||
           std::isalnum(static_cast<unsigned char>(model[prefix.size()])) == 0;
}

std::string with_dashes(std::string name) {
    std::replace(name.begin(), name.end(), '.', '-');
    return name;
}

}

PriceTable::PriceTable(std::vector<Price> prices) : prices_(std::move(prices)) {
    for (Price& price : prices_) price.model_prefix = with_dashes(std::move(price.model_prefix));
}

std::optional<double> PriceTable::cost_of(const std::string& model, const TokenUsage& usage) const {
    const std::string name = with_dashes(model);
    const Price* best = nullptr;
    for (const Price& price : prices_)
        if (is_named(name, price.model_prefix) && (!best || price.model_prefix.size() > best->model_prefix.size()))
            best = &price;
    if (!best) return std::nullopt;
    constexpr double million = 1e6;
    return (static_cast<double>(usage.input) * best->input + static_cast<double>(usage.output) * best->output +
            static_cast<double>(usage.cache_read) * best->cache_read +
            static_cast<double>(usage.cache_write) * best->cache_write) /
           million;
}

}
