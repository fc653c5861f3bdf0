#include "cli/resource_list.hpp"

#include <iterator>
#include <murmur/error.hpp>

#include "cli/answer_fields.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

ResourceList list_resources(const ApiCall& call, const std::string& kind) {
    ResourceList list;
    for (std::string token;;) {
        json::object request{{"kind", kind}};
        if (!token.empty()) request["pageToken"] = token;
        const json::object answer = call("ListResources", request);
        if (token.empty()) list.columns = answer_list(answer, "columns");
        const json::array& rows = answer_list(answer, "rows");
        list.rows.insert(list.rows.end(), rows.begin(), rows.end());
        const std::string next = answer_text(answer, "nextPageToken");
        if (next.empty()) return list;
        if (next == token) throw Error(Errc::data_loss, "the server gives the same page again and again");
        token = next;
    }
}

std::string resource_names(const json::array& rows) {
    std::string names;
    for (const json::value& row : rows)
        if (row.is_object()) names += as_one_line(answer_text(row.get_object(), "name")) + "\n";
    return names;
}

}
