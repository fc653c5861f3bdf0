#pragma once

#include <murmur/catalog_kind.hpp>

namespace runbook {

/// What is to be done when something happens: steps for an agent on a workspace. The table says what each field is; the
/// two functions check what only several fields, or another resource, can say.
class RunbookKind final : public murmur::CatalogKind {
public:
    murmur::CatalogKindSpec spec() const override;
    void validate(const murmur::json::object& body) const override;
    void validate_with(const murmur::json::object& body, const murmur::CatalogLookup& lookup) const override;
};

}
