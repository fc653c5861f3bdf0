#pragma once

#include <murmur/catalog_kind.hpp>
#include <murmur/error.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/source_document.hpp"

namespace murmur {

/// Where a value stands: its path in the table's spelling, for messages, and in the document's, for places.
struct FieldPlace {
    std::string path;
    std::string source_path;
    FieldPlace key(std::string_view name, std::string_view spelling) const;
    FieldPlace item(std::size_t index) const;
};

/// An invalid_argument with the place of `place` in the document as its context, if that is known.
Error field_error(const SourceDocument& document, const FieldPlace& place, const std::string& message,
                  const std::string& hint = {});

/// Walks a document along a kind's table and makes the canonical body, or throws the first complaint.
class BodyChecker {
public:
    /// Both must outlive it. `secret_is_kept`: required write-only fields may be absent.
    BodyChecker(const SourceDocument& document, bool secret_is_kept)
        : document_(document), secret_is_kept_(secret_is_kept) {}

    json::object check_top(const CatalogKindSpec& spec, const json::object& given);
    /// The write-only fields found on the way, by path.
    json::object take_secret() { return std::move(secret_); }

private:
    /// A field of an object, and what the document says of it.
    struct Given {
        const FieldSpec* field = nullptr;
        const json::value* value = nullptr;  ///< nullptr: absent
        std::string_view spelling;           ///< the document's, or the field's name
    };
    /// What is checked of one object.
    struct Scope {
        const std::vector<FieldGroup>& groups;
        const FieldPlace& place;
        std::vector<Given> fields;
        json::object result = {};
    };

    json::object check_object(const std::vector<FieldSpec>& fields, const std::vector<FieldGroup>& groups,
                              const json::object& given, const FieldPlace& place);
    std::vector<Given> match_fields(const std::vector<FieldSpec>& fields, const json::object& given,
                                    const FieldPlace& place) const;
    void check_groups(const Scope& scope, const Given& given) const;
    void check_field(Scope& scope, const Given& given);
    bool is_required(const Scope& scope, const Given& given) const;
    static bool condition_holds(const Scope& scope, const FieldCondition& condition);
    void require(const Scope& scope, const Given& given) const;
    json::value check_value(const FieldSpec& field, const json::value& value, const FieldPlace& place);
    json::value check_text(const FieldSpec& field, const json::value& value, const FieldPlace& place) const;
    json::value check_enumeration(const FieldSpec& field, const json::value& value, const FieldPlace& place) const;
    /// Of a list or a map: throws when there are more than the table allows.
    void check_count(const FieldSpec& field, std::size_t count, const FieldPlace& place) const;
    json::value check_string_list(const FieldSpec& field, const json::value& value, const FieldPlace& place) const;
    json::value check_object_list(const FieldSpec& field, const json::value& value, const FieldPlace& place);
    json::value check_object_map(const FieldSpec& field, const json::value& value, const FieldPlace& place);
    Error error(const FieldPlace& place, const std::string& message, const std::string& hint = {}) const;

    const SourceDocument& document_;
    bool secret_is_kept_;
    json::object secret_;
};

}
