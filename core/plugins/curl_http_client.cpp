#include "plugins/curl_http_client.hpp"

#include <curl/curl.h>
#include <dlfcn.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <murmur/error.hpp>
#include <string_view>

namespace murmur {

namespace {

// Far above any API answer; it keeps a broken server from filling the memory.
constexpr std::size_t http_body_bytes_max = 64 << 20;
constexpr long connect_timeout_ms = 10'000;

/// The functions of libcurl that are used, looked up at run time.
struct CurlFunctions {
    decltype(&::curl_global_init) global_init;
    decltype(&::curl_easy_init) easy_init;
    decltype(&::curl_easy_cleanup) easy_cleanup;
    decltype(&::curl_easy_setopt) easy_setopt;
    decltype(&::curl_easy_perform) easy_perform;
    decltype(&::curl_easy_getinfo) easy_getinfo;
    decltype(&::curl_easy_strerror) easy_strerror;
    decltype(&::curl_slist_append) slist_append;
    decltype(&::curl_slist_free_all) slist_free_all;
};

template <class Function>
void find_function(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (!function) throw Error(Errc::failed_precondition, "libcurl has no \"" + std::string(name) + "\"");
}

CurlFunctions open_curl() {
    void* const library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        throw Error(Errc::failed_precondition, "libcurl cannot be loaded: " + std::string(::dlerror()))
            .with_hint("Install it: sudo apt-get install libcurl4");
    CurlFunctions curl{};
    find_function(library, "curl_global_init", curl.global_init);
    find_function(library, "curl_easy_init", curl.easy_init);
    find_function(library, "curl_easy_cleanup", curl.easy_cleanup);
    find_function(library, "curl_easy_setopt", curl.easy_setopt);
    find_function(library, "curl_easy_perform", curl.easy_perform);
    find_function(library, "curl_easy_getinfo", curl.easy_getinfo);
    find_function(library, "curl_easy_strerror", curl.easy_strerror);
    find_function(library, "curl_slist_append", curl.slist_append);
    find_function(library, "curl_slist_free_all", curl.slist_free_all);
    if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw Error(Errc::internal, "libcurl cannot be set up");
    return curl;
}

const CurlFunctions& curl_functions() {
    static const CurlFunctions functions = open_curl();
    return functions;
}

/// What the callbacks of one transfer share.
struct Transfer {
    const Call& call;
    HttpResponse response;
    bool too_large = false;
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) noexcept {
    auto& transfer = *static_cast<Transfer*>(user);
    const std::size_t bytes = size * count;
    transfer.too_large = transfer.response.body.size() + bytes > http_body_bytes_max;
    if (transfer.too_large) return 0;
    transfer.response.body.append(data, bytes);
    return bytes;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
    return text;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) noexcept {
    auto& headers = static_cast<Transfer*>(user)->response.headers;
    const std::string_view line(data, size * count);
    if (line.starts_with("HTTP/")) headers.clear();  // an answer after an interim one such as "100 Continue"
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return line.size();
    std::string name(trimmed(line.substr(0, colon)));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    std::string& value = headers[name];
    value += (value.empty() ? "" : ", ") + std::string(trimmed(line.substr(colon + 1)));
    return line.size();
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
    return static_cast<Transfer*>(user)->call.stop.stop_requested() ? 1 : 0;
}

Error transfer_error(CURLcode code, const HttpRequest& request, const char* detail, const Transfer& transfer) {
    transfer.call.check();
    const std::string what = request.method + " " + request.url.substr(0, request.url.find('?'));
    if (transfer.too_large) return Error(Errc::resource_exhausted, "the answer to " + what + " is over 64 MiB");
    const std::string text = *detail ? detail : curl_functions().easy_strerror(code);
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT: return Error(Errc::deadline_exceeded, what + " failed: " + text);
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT: return Error(Errc::invalid_argument, what + " failed: " + text);
        case CURLE_OUT_OF_MEMORY: return Error(Errc::resource_exhausted, what + " failed: " + text);
        default: return Error(Errc::unavailable, what + " failed: " + text);
    }
}

void check_header_text(const std::string& name, const std::string& value) {
    if ((name + value).find_first_of("\r\n") != std::string::npos)
        throw Error(Errc::invalid_argument, "the HTTP header \"" + name + "\" has a line break in it");
}

}

HttpResponse CurlHttpClient::send(const HttpRequest& request, const Call& call) {
    call.check();
    const CurlFunctions& curl = curl_functions();
    const std::unique_ptr<CURL, decltype(curl.easy_cleanup)> easy(curl.easy_init(), curl.easy_cleanup);
    if (!easy) throw Error(Errc::resource_exhausted, "out of memory");

    std::unique_ptr<curl_slist, decltype(curl.slist_free_all)> headers(nullptr, curl.slist_free_all);
    const auto add_header = [&](const std::string& line) {
        curl_slist* const longer = curl.slist_append(headers.get(), line.c_str());
        if (!longer) throw Error(Errc::resource_exhausted, "out of memory");
        static_cast<void>(headers.release());
        headers.reset(longer);
    };
    add_header("Expect:");  // no waiting for "100 Continue" before a body
    for (const auto& [name, value] : request.headers) {
        check_header_text(name, value);
        add_header(value.empty() ? name + ";" : name + ": " + value);
    }

    Transfer transfer{call, {}, false};
    char detail[CURL_ERROR_SIZE] = "";
    const auto set = [&](CURLoption option, auto value) { curl.easy_setopt(easy.get(), option, value); };
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "HEAD") set(CURLOPT_NOBODY, 1L);
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set(CURLOPT_POSTFIELDS, request.body.data());
    }
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_ERRORBUFFER, static_cast<char*>(detail));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
    // 0 would mean no limit at all.
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, call.remaining().count())));
    set(CURLOPT_WRITEFUNCTION, &on_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
    set(CURLOPT_HEADERFUNCTION, &on_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &on_progress);
    set(CURLOPT_XFERINFODATA, static_cast<void*>(&transfer));

    const CURLcode code = curl.easy_perform(easy.get());
    if (code != CURLE_OK) throw transfer_error(code, request, detail, transfer);
    long status = 0;
    curl.easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    transfer.response.status = static_cast<int>(status);
    return std::move(transfer.response);
}

}
