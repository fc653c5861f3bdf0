#include "cli/agent_tree.hpp"

#include <map>
#include <vector>

#include "cli/agent_text.hpp"
#include "cli/answer_fields.hpp"
#include "cli/phase_text.hpp"
#include "cli/terminal_text.hpp"

namespace murmur {

namespace {

constexpr std::size_t phase_column = 1;

struct Node {
    const json::object* agent = nullptr;  ///< null: only its descendants are known
    std::map<std::string, Node> children;
};

Node make_tree(const std::string& root_slug, const json::array& agents) {
    Node root;
    for (const json::value& value : agents) {
        if (!value.is_object()) continue;
        std::string path = answer_text(value.get_object(), "slug");
        if (path.starts_with(root_slug + "/")) path.erase(0, root_slug.size() + 1);
        Node* node = &root;
        for (std::size_t at = 0; at <= path.size();) {
            const std::size_t end = std::min(path.find('/', at), path.size());
            node = &node->children[path.substr(at, end - at)];
            at = end + 1;
        }
        node->agent = &value.get_object();
    }
    return root;
}

std::string node_cost(const json::object& agent) {
    const std::string cost = cost_text(answer_number(agent, "costUsd"));
    return cost.empty() || !answer_flag(agent, "costEstimated") ? cost : "~" + cost;
}

void add_rows(const Node& node, const std::string& margin, TimePoint now, Table& table) {
    static const json::object unknown;
    for (auto at = node.children.begin(); at != node.children.end(); ++at) {
        const bool is_last = std::next(at) == node.children.end();
        const json::object& agent = at->second.agent ? *at->second.agent : unknown;
        table.add({margin + (is_last ? "└── " : "├── ") + as_one_line(at->first),
                   short_phase(answer_text(agent, "phase")), node_cost(agent), progress_text(agent, now)});
        add_rows(at->second, margin + (is_last ? "    " : "│   "), now, table);
    }
}

}

std::string agent_tree(const std::string& root_slug, const json::array& agents, const Out& out, TimePoint now) {
    const Node root = make_tree(root_slug, agents);
    if (root.children.empty()) return {};
    Table table({as_one_line(root_slug), "", "", ""});
    add_rows(root, "", now, table);
    return table.render([&](std::size_t column, const std::string& cell) {
        return column == phase_column ? out.paint(phase_style(cell), cell) : cell;
    });
}

}
