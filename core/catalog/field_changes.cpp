#include <murmur/nearest.hpp>

#include "base/utf8.hpp"
#include "catalog/field_paths.hpp"
#include "catalog/validation.hpp"
#include "config/yaml_tree.hpp"

namespace murmur {

namespace {

/// Where a change leads, in the table and in the document: followed step by step.
class ChangePath {
public:
    ChangePath(const CatalogKindSpec& spec, json::object& fields, const FieldChange& change)
        : spec_(spec), fields_(&fields), change_(change) {}

    void apply() {
        const auto steps = parse_field_path(change_.path);
        if (!steps) throw unknown({});
        find_top(std::get<std::string>(steps->front()));
        for (std::size_t i = 1; i < steps->size(); ++i) {
            if (const auto* index = std::get_if<std::size_t>(&(*steps)[i]))
                enter_item(*index);
            else
                enter_key(std::get<std::string>((*steps)[i]));
        }
        store();
    }

private:
    /// What stands at the path so far.
    enum class Shape { value, item, map_value, free };

    void find_top(const std::string& key) {
        if (spec_.markdown && key == body_field_name(spec_) && !find_field(spec_.fields, key)) {
            object_ = fields_;
            key_ = key;
            shape_ = Shape::value;
            static const FieldSpec text{.name = "body", .help = "The text."};
            field_ = &text;
            return;
        }
        enter_field(spec_.fields, *fields_, key);
    }

    void enter_field(const std::vector<FieldSpec>& fields, json::object& object, const std::string& key) {
        field_ = find_field(fields, key);
        if (!field_) throw unknown(fields, key);
        if (field_->read_only)
            throw Error(Errc::invalid_argument, to_one_line(change_.path) + " is read-only")
                .with_hint("murmur sets it.");
        object_ = &object;
        array_ = nullptr;
        key_ = spelling_in(object, *field_);
        shape_ = Shape::value;
    }

    /// The spelling by which the document has the field already, or its name.
    static std::string spelling_in(const json::object& object, const FieldSpec& field) {
        for (const auto& member : object)
            if (find_field({field}, member.key())) return std::string(member.key());
        return field.name;
    }

    void enter_key(const std::string& key) {
        const bool is_map = shape_ == Shape::value && field_->type == FieldType::object_map;
        const bool has_fields = shape_ != Shape::free && !is_map &&
                                (field_->type == FieldType::object || shape_ == Shape::map_value ||
                                 (shape_ == Shape::item && field_->type == FieldType::object_list));
        if (!is_map && !has_fields && shape_ != Shape::free) throw unknown({});
        json::object& object = current_object();
        if (has_fields && !(shape_ == Shape::map_value && field_->fields.empty()))
            return enter_field(field_->fields, object, key);
        object_ = &object;
        array_ = nullptr;
        key_ = key;
        shape_ = is_map ? Shape::map_value : Shape::free;
    }

    void enter_item(std::size_t index) {
        const bool is_list = shape_ == Shape::value &&
                             (field_->type == FieldType::string_list || field_->type == FieldType::object_list);
        if (!is_list && shape_ != Shape::free) throw unknown({});
        json::value& value = current();
        if (value.is_null()) value = json::array();
        if (!value.is_array()) throw Error(Errc::invalid_argument, to_one_line(change_.path) + " is not in a list");
        array_ = &value.get_array();
        if (index > array_->size())
            throw Error(Errc::invalid_argument, to_one_line(change_.path) + " does not exist")
                .with_hint("The list has " + std::to_string(array_->size()) + " items; [" +
                           std::to_string(array_->size()) + "] appends one.");
        index_ = index;
        if (is_list) shape_ = Shape::item;
    }

    /// The value at the path so far, made if it is not there.
    json::value& current() {
        if (!array_) return (*object_)[key_];
        if (index_ == array_->size()) array_->emplace_back(nullptr);
        return (*array_)[index_];
    }

    json::object& current_object() {
        json::value& value = current();
        if (value.is_null()) value = json::object();
        if (!value.is_object()) throw Error(Errc::invalid_argument, to_one_line(change_.path) + " is not in an object");
        return value.get_object();
    }

    void store() {
        const std::optional<json::value> value = read_value();
        if (value) {
            current() = *value;
        } else if (!array_) {
            object_->stable_erase(key_);
        } else if (index_ < array_->size()) {
            array_->erase(array_->begin() + static_cast<std::ptrdiff_t>(index_));
        }
    }

    bool is_text_field() const {
        if (shape_ == Shape::item) return field_->type == FieldType::string_list;
        if (shape_ != Shape::value) return false;
        return field_->type == FieldType::string || field_->type == FieldType::enumeration ||
               field_->type == FieldType::duration || field_->type == FieldType::timestamp;
    }

    /// Nothing: the field is to be removed.
    std::optional<json::value> read_value() const {
        const std::string& text = change_.value;
        check_text(text);
        if (text.empty() || (!change_.is_text && text == "null")) return std::nullopt;
        if (is_text_field()) {
            const bool verbatim = field_->type == FieldType::string || field_->type == FieldType::string_list;
            // A file ends with a newline, which is not a part of its word.
            return json::string(verbatim ? text : text.substr(0, text.find_last_not_of("\r\n") + 1));
        }
        YamlTree tree = parse_yaml(text, {to_one_line(change_.path), YamlSource::Style::stream});
        if (tree.top.is_null()) return std::nullopt;
        return std::move(tree.top);
    }

    void check_text(std::string_view text) const {
        while (!text.empty()) {
            const std::size_t length = utf8_sequence_length(text);
            if (length == 0) throw Error(Errc::invalid_argument, to_one_line(change_.path) + " must be text in UTF-8");
            text.remove_prefix(length);
        }
    }

    Error unknown(const std::vector<FieldSpec>& fields, const std::string& key = {}) const {
        const Error error(Errc::invalid_argument,
                          "unknown field path \"" + to_one_line(change_.path) + "\" in update mask");
        if (fields.empty()) return error.with_hint("Write field.inner=value, or field[0]=value for an item of a list.");
        return error.with_hint(field_hint(key, fields));
    }

    const CatalogKindSpec& spec_;
    json::object* fields_;
    const FieldChange& change_;
    const FieldSpec* field_ = nullptr;
    Shape shape_ = Shape::value;
    json::object* object_ = nullptr;  // the value is in it, at key_, unless array_ is set
    std::string key_;
    json::array* array_ = nullptr;  // the value is in it, at index_
    std::size_t index_ = 0;
};

bool is_content(const CatalogKindSpec& spec, const FieldChange& change) {
    return spec.markdown && change.path == "content" && !find_field(spec.fields, "content") &&
           body_field_name(spec) != "content";
}

}

void apply_changes(const CatalogKindSpec& spec, json::object& fields, const std::vector<FieldChange>& changes) {
    SourceDocument document;
    document.fields = std::move(fields);
    apply_changes(spec, document, changes);
    fields = std::move(document.fields);
}

void apply_changes(const CatalogKindSpec& spec, SourceDocument& document, const std::vector<FieldChange>& changes) {
    for (const FieldChange& change : changes) {
        if (!is_content(spec, change)) {
            ChangePath(spec, document.fields, change).apply();
            document.content.reset();
            continue;
        }
        if (changes.size() > 1)
            throw Error(Errc::invalid_argument, "content and structured fields are mutually exclusive")
                .with_hint("Change the whole text, or single fields.");
        document = parse_resource(spec, change.value, change.path);
    }
}

}
