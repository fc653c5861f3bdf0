#include "daemon/model_prices.hpp"

#include "config/yaml_reader.hpp"

namespace murmur {

namespace {

// Dollars for a million tokens: above this someone has meant another unit.
constexpr double price_max = 10'000;

PriceTable::Price read_price(const YamlReader& row) {
    row.reject_unknown({"model", "input", "output", "cache_read", "cache_write"});
    const auto price = [&](std::string_view name) { return row.find_number(name, 0, price_max); };
    PriceTable::Price read;
    read.model_prefix = row.get_string("model");
    if (read.model_prefix.empty()) throw row.error("model", "must not be empty");
    read.input = price("input").value_or(-1);
    read.output = price("output").value_or(-1);
    if (read.input < 0) throw row.error("input", "is missing");
    if (read.output < 0) throw row.error("output", "is missing");
    read.cache_read = price("cache_read").value_or(read.input);
    read.cache_write = price("cache_write").value_or(read.input);
    return read;
}

}

PriceTable load_model_prices(const std::filesystem::path& file) {
    const YamlDocument document = YamlDocument::load(file);
    const YamlReader reader(document);
    reader.reject_unknown({"prices"});
    const auto rows = reader.find_mappings("prices");
    if (!rows) throw reader.error("prices", "is missing");
    std::vector<PriceTable::Price> prices;
    for (const YamlReader& row : *rows) prices.push_back(read_price(row));
    return PriceTable(std::move(prices));
}

}
