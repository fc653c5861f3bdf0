#include "catalog/resource.hpp"

#include <murmur/error.hpp>

#include "catalog/resource_text.hpp"

namespace murmur {

Resource resource_of(ResourceRow row) {
    Resource resource;
    if (!row.body.empty()) {
        boost::system::error_code failure;
        json::value body = json::parse(row.body, failure);
        if (failure || !body.is_object())
            throw Error(Errc::data_loss, "stored " + row.key.kind + " \"" + row.key.name + "\" is damaged")
                .with_hint("Set it again, or restore the state directory from a backup.");
        resource.body = std::move(body.get_object());
    }
    resource.key = std::move(row.key);
    resource.generation = row.generation;
    resource.author = std::move(row.author);
    resource.created_at = row.created_at;
    resource.updated_at = row.updated_at;
    resource.content = std::move(row.content);
    return resource;
}

std::string resource_text(const CatalogKindSpec& spec, const Resource& resource) {
    return spec.markdown ? resource.content : to_yaml(resource.body);
}

}
