#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>

/// Names that the files of the HTTP server and the WebSocket client share. Only .cpp files and internal headers of this
/// folder include it: Asio is expensive to compile.
namespace murmur::http {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

/// A connected stream, unix or TCP alike, so that everything above it is compiled once.
using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, asio::io_context::executor_type>;

}
