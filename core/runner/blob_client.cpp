#include "runner/blob_client.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <base/file.hpp>
#include <cerrno>
#include <crypto/sha256_stream.hpp>
#include <http/connect_codec.hpp>
#include <http/http_client.hpp>
#include <murmur/settings.hpp>

namespace murmur::runner {

BlobClient::~BlobClient() = default;

namespace {

constexpr const char* blobs_path = "/murmur.runner.v1/blobs/";
// The server takes 4 MiB at once; a runner has no use for so much memory.
constexpr std::size_t piece_bytes = 1 << 20;
// The answer to the last piece of gigabytes comes when murmurd has read them through and the disk has them.
constexpr std::chrono::minutes answer_patience{3};

Error file_error(const std::string& what, const std::filesystem::path& file) {
    return system_error(errno, "cannot " + what + " \"" + file.string() + "\"");
}

class HttpBlobClient final : public BlobClient {
public:
    HttpBlobClient(const std::string& server, std::shared_ptr<const Secret> token, const std::string& runner_id)
        : server_(server), token_(std::move(token)), runner_id_(runner_id) {}

    bool has(const std::string& sha256) override {
        const http::Response response = exchange("HEAD", sha256, "");
        if (response.status == 200) return true;
        if (response.status == 404) return false;
        throw http::decode_error(response.status, response.body);
    }

    void upload(const std::string& sha256, const std::filesystem::path& path) override {
        const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        struct stat found {};
        if (!file || ::fstat(file.get(), &found) != 0) throw file_error("read", path);
        const auto size = static_cast<std::uint64_t>(found.st_size);
        std::uint64_t have = 0;
        // The first, empty piece asks how far an earlier try has come.
        std::string piece;
        for (bool is_first = size > piece_bytes;; is_first = false) {
            piece = is_first ? "" : read_piece(file, path, have, size);
            const http::Response response =
                exchange("PUT", sha256, "?offset=" + std::to_string(have) + "&size=" + std::to_string(size), piece);
            if (response.status != 200) throw http::decode_error(response.status, response.body);
            const json::value answer = parse_json(response.body, "answer");
            if (!answer.is_object()) throw Error(Errc::data_loss, "murmurd's answer is no object");
            const FieldReader fields(answer.get_object(), "answer");
            if (fields.get_bool("complete", false)) return;
            const auto before = have;
            have = static_cast<std::uint64_t>(fields.get_int("have"));
            if (have > size || (!is_first && have == before))
                throw Error(Errc::unavailable, "uploading blob " + sha256 + " does not get on");
        }
    }

    void download(const std::string& sha256, std::uint64_t size, const std::filesystem::path& path) override {
        const std::filesystem::path partial = path.string() + ".partial";
        const Fd file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (!file) throw file_error("write", partial);
        Sha256Stream digest;
        for (std::uint64_t have = 0; have < size;) {
            const http::Response response =
                exchange("GET", sha256, "?offset=" + std::to_string(have) + "&length=" + std::to_string(piece_bytes));
            if (response.status != 200) throw http::decode_error(response.status, response.body);
            if (response.body.empty() || response.body.size() > size - have)
                throw Error(Errc::data_loss, "blob " + sha256 + " does not have the size that the snapshot says");
            write_piece(file, partial, response.body);
            digest.add(response.body);
            have += response.body.size();
        }
        if (digest.finish() != sha256)
            throw Error(Errc::data_loss, "the bytes that came as blob " + sha256 + " are others");
        if (::rename(partial.c_str(), path.c_str()) != 0) throw file_error("name", path);
    }

private:
    http::Response exchange(const std::string& method, const std::string& sha256, const std::string& query,
                            std::string_view body = {}) {
        if (!client_)
            client_ = std::make_unique<http::HttpClient>(
                server_,
                std::map<std::string, std::string>{{"Authorization", "Bearer " + std::string(token_->reveal())},
                                                   {"X-Murmur-Runner", runner_id_}},
                answer_patience);
        return client_->exchange(method, blobs_path + sha256 + query, body);
    }

    static std::string read_piece(const Fd& file, const std::filesystem::path& path, std::uint64_t offset,
                                  std::uint64_t size) {
        std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(piece_bytes, size - offset)), '\0');
        for (std::size_t have = 0; have < bytes.size();) {
            const ssize_t count =
                ::pread(file.get(), bytes.data() + have, bytes.size() - have, static_cast<off_t>(offset + have));
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) throw file_error("read", path);
            if (count == 0) throw Error(Errc::aborted, "\"" + path.string() + "\" became shorter while it was sent");
            have += static_cast<std::size_t>(count);
        }
        return bytes;
    }

    static void write_piece(const Fd& file, const std::filesystem::path& path, std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) throw file_error("write", path);
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }

    std::string server_;
    std::shared_ptr<const Secret> token_;
    std::string runner_id_;
    std::unique_ptr<http::HttpClient> client_;
};

}

std::unique_ptr<BlobClient> make_blob_client(const std::string& server, std::shared_ptr<const Secret> token,
                                             const std::string& runner_id) {
    return std::make_unique<HttpBlobClient>(server, std::move(token), runner_id);
}

}
