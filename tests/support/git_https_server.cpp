// A git server behind https, for tests: `git http-backend` with a certificate of its own making and one password.
//
//   git_https_server REPOSITORIES PASSWORD CERTIFICATE
//
// Serves the repositories below a folder on 127.0.0.1, prints the port when it does, and writes its certificate to a
// file for clients to trust. Any user name goes with the password. While a file "stall" lies in the folder, pushes are
// taken and never answered. Ends when its standard input does.

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <netinet/in.h>
#include <base/file.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

namespace {

namespace beast = boost::beast;
namespace fs = std::filesystem;
using Request = beast::http::request_parser<beast::http::string_body>;
using murmur::Fd;

struct Served {
    fs::path repositories;
    std::string authorization;  ///< what "Authorization" has after the user's name and a colon, decoded
    SSL_CTX* tls = nullptr;
};

[[noreturn]] void give_up(const std::string& what) {
    std::cerr << "git_https_server: " << what << '\n';
    std::exit(1);
}

SSL_CTX* make_tls(const fs::path& certificate_file) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1,
                               0);
    X509_set_issuer_name(certificate, name);
    for (const auto& [kind, value] : {std::pair{NID_basic_constraints, "critical,CA:TRUE"},
                                      std::pair{NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1"}}) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
    if (X509_sign(certificate, key, EVP_sha256()) == 0) give_up("cannot make a certificate");
    FILE* file = std::fopen(certificate_file.c_str(), "w");
    if (!file || PEM_write_X509(file, certificate) != 1) give_up("cannot write the certificate");
    std::fclose(file);
    SSL_CTX* tls = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(tls, certificate);
    SSL_CTX_use_PrivateKey(tls, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return tls;
}

std::string decoded_base64(const std::string& text) {
    std::string out(text.size(), '\0');
    const int size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    out.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    while (!out.empty() && out.back() == '\0') out.pop_back();
    return out;
}

bool is_authorized(const Served& served, const Request::value_type& request) {
    const std::string value(request[beast::http::field::authorization]);
    if (!value.starts_with("Basic ")) return false;
    const std::string given = decoded_base64(value.substr(6));
    return given.substr(std::min(given.find(':'), given.size())) == ":" + served.authorization;
}

/// What `git http-backend` answers: headers of CGI, an empty line, a body.
std::string run_backend(const Served& served, const Request::value_type& request) {
    const std::string target(request.target());
    const std::size_t question = std::min(target.find('?'), target.size());
    FILE* body = std::tmpfile();
    FILE* answer = std::tmpfile();
    std::fwrite(request.body().data(), 1, request.body().size(), body);
    std::fflush(body);
    std::rewind(body);
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::dup2(::fileno(body), 0);
        ::dup2(::fileno(answer), 1);
        ::setenv("GIT_PROJECT_ROOT", served.repositories.c_str(), 1);
        ::setenv("GIT_HTTP_EXPORT_ALL", "1", 1);
        ::setenv("REMOTE_USER", "tester", 1);
        ::setenv("REMOTE_ADDR", "127.0.0.1", 1);
        ::setenv("REQUEST_METHOD", std::string(request.method_string()).c_str(), 1);
        ::setenv("PATH_INFO", target.substr(0, question).c_str(), 1);
        ::setenv("QUERY_STRING", question < target.size() ? target.substr(question + 1).c_str() : "", 1);
        ::setenv("CONTENT_TYPE", std::string(request[beast::http::field::content_type]).c_str(), 1);
        ::setenv("CONTENT_LENGTH", std::to_string(request.body().size()).c_str(), 1);
        ::setenv("HTTP_CONTENT_ENCODING", std::string(request[beast::http::field::content_encoding]).c_str(), 1);
        ::execlp("git", "git", "http-backend", nullptr);
        ::_exit(127);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    std::string text;
    std::rewind(answer);
    char buffer[65536];
    while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, answer)) text.append(buffer, got);
    std::fclose(body);
    std::fclose(answer);
    return text;
}

std::string response_of(const Served& served, const Request::value_type& request) {
    const std::string end = "Content-Length: ", line = "\r\n";
    if (!is_authorized(served, request))
        return "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"git\"\r\nContent-Length: 0\r\n\r\n";
    const std::string answer = run_backend(served, request);
    const std::size_t split = answer.find("\r\n\r\n");
    if (split == std::string::npos) return "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
    std::string head = answer.substr(0, split), status = "200 OK";
    if (const std::size_t at = head.find("Status: "); at != std::string::npos) {
        const std::size_t stop = std::min(head.find(line, at), head.size());
        status = head.substr(at + 8, stop - at - 8);
    }
    const std::string body = answer.substr(split + 4);
    return "HTTP/1.1 " + status + line + head + line + end + std::to_string(body.size()) + line + line + body;
}

bool read_request(SSL* tls, std::string& kept, Request& parser) {
    parser.body_limit(1ull << 30);
    parser.eager(true);
    char buffer[65536];
    while (!parser.is_done()) {
        beast::error_code error;
        const std::size_t used = parser.put(boost::asio::buffer(kept), error);
        kept.erase(0, used);
        if (error && error != beast::http::error::need_more) return false;
        if (parser.is_done()) break;
        if (used > 0 && !kept.empty()) continue;
        if (parser.get()[beast::http::field::expect] == "100-continue" && kept.empty() && parser.is_header_done()) {
            const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
            SSL_write(tls, go_on.data(), static_cast<int>(go_on.size()));
        }
        const int got = SSL_read(tls, buffer, sizeof buffer);
        if (got <= 0) return false;
        kept.append(buffer, static_cast<std::size_t>(got));
    }
    return true;
}

void serve(const Served& served, Fd socket) {
    SSL* tls = SSL_new(served.tls);
    SSL_set_fd(tls, socket.get());
    std::string kept;
    bool goes_on = SSL_accept(tls) == 1;
    while (goes_on) {
        Request parser;
        if (!read_request(tls, kept, parser)) break;
        const auto& request = parser.get();
        const bool is_push = request.target().ends_with("/git-receive-pack");
        while (is_push && fs::exists(served.repositories / "stall")) ::poll(nullptr, 0, 50);
        const std::string response = response_of(served, request);
        goes_on = SSL_write(tls, response.data(), static_cast<int>(response.size())) > 0 && request.keep_alive();
    }
    SSL_free(tls);
}

}

int main(int count, char** arguments) {
    if (count != 4) give_up("usage: git_https_server REPOSITORIES PASSWORD CERTIFICATE");
    ::signal(SIGPIPE, SIG_IGN);
    const Served served{arguments[1], arguments[2], make_tls(arguments[3])};
    const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener.get(), 64) != 0 ||
        ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        give_up("cannot listen");
    std::cout << ntohs(address.sin_port) << std::endl;
    std::thread([] {
        char byte;
        while (::read(0, &byte, 1) > 0) {
        }
        ::_exit(0);
    }).detach();
    for (;;) {
        Fd client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (client)
            std::thread([&served, socket = std::move(client)]() mutable { serve(served, std::move(socket)); }).detach();
    }
}
