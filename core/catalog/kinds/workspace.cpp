#include <murmur/error.hpp>

#include "catalog/core_kind.hpp"
#include "catalog/kind_parts.hpp"

namespace murmur {

namespace {

/// Each is a clone on every machine of the workspace.
constexpr std::size_t repos_max = 64;
/// Each is a route of the port proxy.
constexpr std::size_t ports_max = 64;

FieldSpec repos_field() {
    return {.name = "repos",
            .type = FieldType::object_list,
            .required = true,
            .help = "The repositories that are cloned, each beside the others.",
            .fields = {{.name = "clone_url",
                        .required = true,
                        .help = "Where it is cloned from.",
                        .missing = "repo clone_url is required",
                        .length_max = 2048,
                        .example = "https://github.com/acme/api.git"},
                       {.name = "base_branch",
                        .required = true,
                        .help = "The branch that work begins from.",
                        .missing = "repo base_branch is required",
                        .length_max = 255,
                        .example = "main"},
                       conflict_resolution_field({}, "Where the repository's repo-config does not say it.")},
            .missing = "at least one repo is required",
            .length_max = repos_max,
            .example = "[{clone_url: https://github.com/acme/api.git, base_branch: main}]"};
}

FieldSpec ports_field() {
    return {.name = "ports",
            .type = FieldType::object_list,
            .help = "Ports of the machine that get a stable URL.",
            .fields = {{.name = "label", .required = true, .help = "What people call it.", .length_max = 63},
                       {.name = "port",
                        .type = FieldType::integer,
                        .required = true,
                        .help = "The TCP port.",
                        .minimum = 1,
                        .maximum = 65535,
                        .example = "8080"}},
            .length_max = ports_max,
            .example = "[{label: web, port: 3000}]"};
}

/// The same repository may be written with and without ".git" and a slash at its end.
std::string canonical_url(std::string url) {
    while (!url.empty() && url.back() == '/') url.pop_back();
    if (url.size() > 4 && url.compare(url.size() - 4, 4, ".git") == 0) url.resize(url.size() - 4);
    return url;
}

class WorkspaceKind final : public CatalogKind {
public:
    CatalogKindSpec spec() const override {
        CatalogKindSpec spec;
        spec.name = "workspace";
        spec.description = "What agents are spawned on: image, environment, placement, repositories and secrets.";
        spec.fields = {
            name_field("What is given to murmur spawn."),
            {.name = "image_ref",
             .required = true,
             .references = {"image", "recipe"},
             .help = "The image of its machines: one by its name, or the newest of a recipe.",
             .example = "murmur-debian12-gce"},
            {.name = "environment_ref",
             .required = true,
             .references = {"environment"},
             .help = "The shape of its machines.",
             .example = "murmur-gcp-small"},
            {.name = "placement",
             .required = true,
             .references = {"placement"},
             .help = "Where its machines run.",
             .example = "murmur-gcp-us-west1"},
            repos_field(),
            {.name = "min_idle",
             .type = FieldType::integer,
             .default_value = 0,
             .help = "How many machines wait, started, for the next agent.",
             .minimum = 0,
             .out_of_range = "min_idle must be non-negative",
             .example = "2"},
            {.name = "secret_refs",
             .type = FieldType::string_list,
             .references = {"secret"},
             .help = "The secrets that its agents get, as MURMUR_SECRET_<name>.",
             .length_max = list_items_max,
             .example = "[NPM_TOKEN]"},
            {.name = "secret_env",
             .type = FieldType::enumeration,
             .values = {"prefixed", "plain"},
             .default_value = "prefixed",
             .help = "Whether agents find each secret under its bare name as well.",
             .example = "plain"},
            {.name = "model",
             .help = "The model of its agents, where neither the spawn nor a persona names one.",
             .length_max = 255,
             .example = "claude-sonnet-4-6"},
            backend_field("without it, that of murmur.yaml or the operator's."),
            on_idle_field("without it, as murmur.yaml says, else sleep."),
            ports_field(),
            {.name = "service_account",
             .help = "The identity that its machines run as: one of the placement's service_account_bindings.",
             .length_max = 2048},
            limits_field("What each of its agents may use up, in place of what murmur.yaml says."),
            description_field(),
        };
        spec.verbs = {"read", "list", "create", "edit", "delete"};
        spec.columns = {"image_ref", "environment_ref", "placement", "min_idle", "description"};
        spec.example =
            "name: my-workspace\n"
            "image_ref: murmur-debian12-gce\n"
            "environment_ref: murmur-gcp-small\n"
            "placement: murmur-gcp-us-west1\n"
            "repos:\n"
            "  - clone_url: https://github.com/acme/my-repo.git\n"
            "    base_branch: main\n";
        return spec;
    }

    void validate(const json::object& body) const override {
        check_repos(objects_at(body, "repos"));
        check_unique(texts_at(body, "secret_refs"), "secret_refs");
        std::vector<std::string> labels, ports;
        for (const json::object* const port : objects_at(body, "ports")) {
            labels.push_back(text_at(*port, "label"));
            ports.push_back(json::serialize(port->at("port")));
        }
        check_unique(labels, "ports");
        check_unique(ports, "ports");
    }

    void validate_with(const json::object& body, const CatalogLookup& lookup) const override {
        const std::string environment = text_at(body, "environment_ref");
        const std::string placement = text_at(body, "placement");
        const std::string there = substrate_of(lookup, "placement", placement);
        const std::string wanted = substrate_of(lookup, "environment", environment);
        if (!there.empty() && !wanted.empty() && there != wanted)
            throw Error(Errc::invalid_argument, "environment_ref names environment \"" + environment + "\" for " +
                                                    wanted + ", and placement \"" + placement + "\" is " + there)
                .with_hint("Take an environment and a placement of the same substrate.");
        const std::string name = text_at(body, "image_ref");
        const std::optional<json::object> image = lookup("image", name);
        if (!image) return;  // a recipe's newest image, which is chosen when a machine starts
        const json::object* const source = object_at(*image, "source");
        if (source && !there.empty() && !has_section_for(*source, there))
            throw Error(Errc::invalid_argument, "image_ref names image \"" + name + "\", which is not for " + there +
                                                    ", where placement \"" + placement + "\" is");
        check_architecture(*image, name, environment, lookup);
    }

private:
    static void check_repos(const std::vector<const json::object*>& repos) {
        std::vector<std::string> urls;
        for (std::size_t i = 0; i < repos.size(); ++i) {
            const std::string path = "repos[" + std::to_string(i) + "]";
            check_clone_url(text_at(*repos[i], "clone_url"), path + ".clone_url");
            check_branch(text_at(*repos[i], "base_branch"), path + ".base_branch");
            urls.push_back(canonical_url(text_at(*repos[i], "clone_url")));
        }
        check_unique(urls, "repos");
    }

    static void check_architecture(const json::object& image, const std::string& image_name,
                                   const std::string& environment, const CatalogLookup& lookup) {
        const std::optional<json::object> shape = lookup("environment", environment);
        if (!shape) return;
        const std::string machine_type = text_at(*shape, "machine_type_ref");
        const std::optional<json::object> machine = lookup("machine-type", machine_type);
        const std::string of_image = text_at(image, "architecture");
        const std::string of_machine = machine ? text_at(*machine, "architecture") : std::string();
        if (!of_image.empty() && !of_machine.empty() && of_image != of_machine)
            throw Error(Errc::invalid_argument, "image_ref names image \"" + image_name + "\" for " + of_image +
                                                    ", and machine type \"" + machine_type + "\" of environment \"" +
                                                    environment + "\" is " + of_machine);
    }
};

}

CoreKind make_workspace_kind() { return {160, std::make_shared<WorkspaceKind>()}; }

}
