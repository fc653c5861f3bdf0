#pragma once

#include <string>

#include "api/api_context.hpp"

namespace murmur {

/// The daemon's own figures, as the page that Prometheus reads (text format 0.0.4).
std::string render_metrics(ApiContext& context, std::size_t connections);

}
