#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace murmur {

/// The ways in which a secret value may show up in a text: as it is, and as base64 (what every text that contains the
/// value has in common, for each of the three alignments), base64url, hexadecimal, URL-encoded and JSON-escaped; also
/// the lines into which programs break long base64 and hexadecimal text, and the lines of the value itself.
/// Nothing for a value or line that is shorter than Redactor::value_bytes_least.
std::vector<std::string> secret_forms(std::string_view value);

}
