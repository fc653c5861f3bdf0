#pragma once

#include <base/redactor.hpp>
#include <murmur/json.hpp>

namespace murmur::runner {

/// What every report goes through on its way out: secret values are taken out of its texts, and what is left of them is
/// cut to what the record keeps. In this order: a value that is cut in two is found no more.
///
/// Fields by which murmurd finds things (ids, URLs, branches, hashes, kinds) stay as they are.
void finish_report(json::object& report, const Redactor& redactor);

}
