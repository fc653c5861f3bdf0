#pragma once

#include <deque>
#include <map>
#include <murmur/error.hpp>
#include <murmur/http_client.hpp>
#include <mutex>
#include <string>
#include <vector>

namespace murmur::testing {

/// Answers from a list, and keeps what it was asked. Safe from any thread.
///
/// Answers are given for "METHOD url" in the order in which they were added; the last one stays. A request that nobody
/// foresaw throws `unavailable`, as an unreachable server does.
class FakeHttpClient final : public HttpClient {
public:
    void answer(const std::string& method, const std::string& url, HttpResponse response) {
        const std::lock_guard lock(mutex_);
        answers_[method + " " + url].push_back(std::move(response));
    }

    HttpResponse send(const HttpRequest& request, const Call& call) override {
        call.check();
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
        const auto found = answers_.find(request.method + " " + request.url);
        if (found == answers_.end())
            throw Error(Errc::unavailable,
                        "the fake HTTP client has no answer for " + request.method + " " + request.url);
        HttpResponse response = found->second.front();
        if (found->second.size() > 1) found->second.pop_front();
        return response;
    }

    std::vector<HttpRequest> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::deque<HttpResponse>> answers_;
    std::vector<HttpRequest> requests_;
};

}
