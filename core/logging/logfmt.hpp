#pragma once

#include <string>
#include <string_view>

namespace murmur {

/// Appends " key=value" to a logfmt line. Characters that a key may not have become '_'. A value is quoted when it is
/// empty or has anything but plain characters; control characters and bytes that are not UTF-8 are escaped as \n, \t,
/// \r or \xNN. A value is cut at 8 KiB.
void append_logfmt(std::string& line, std::string_view key, std::string_view value);

}
