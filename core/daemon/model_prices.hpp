#pragma once

#include <filesystem>

#include "agents/price_table.hpp"

namespace murmur {

/// Reads a table of prices such as share/prices/models.yaml. Throws invalid_argument with file, line and column.
PriceTable load_model_prices(const std::filesystem::path& file);

}
