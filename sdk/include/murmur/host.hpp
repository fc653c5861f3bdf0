#pragma once

#include <filesystem>
#include <string>

#include "murmur/clock.hpp"
#include "murmur/export.hpp"
#include "murmur/http_client.hpp"
#include "murmur/log.hpp"

namespace murmur {

/// What the host lends to every provider at construction. It outlives all of them.
class MURMUR_SDK_API HostServices {
public:
    virtual ~HostServices();
    virtual Logger& logger() = 0;
    virtual Clock& clock() = 0;
    virtual HttpClient& http() = 0;
    /// A directory of mode 0700 that belongs to this plugin alone and survives restarts. Created on first use.
    virtual std::filesystem::path state_dir() = 0;
};

}
