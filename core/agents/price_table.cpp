#include "agents/price_table.hpp"

namespace murmur {

std::optional<double> PriceTable::cost_of(const std::string& model, const TokenUsage& usage) const {
    const Price* best = nullptr;
    for (const Price& price : prices_)
        if (model.starts_with(price.model_prefix) && (!best || price.model_prefix.size() > best->model_prefix.size()))
            best = &price;
    if (!best) return std::nullopt;
    constexpr double million = 1e6;
    return (static_cast<double>(usage.input) * best->input + static_cast<double>(usage.output) * best->output +
            static_cast<double>(usage.cache_read) * best->cache_read +
            static_cast<double>(usage.cache_write) * best->cache_write) /
           million;
}

}
