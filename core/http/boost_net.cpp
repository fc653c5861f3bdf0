// The one place where the parts of Asio and Beast that need no templates are compiled.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
