#include "config/yaml_tree.hpp"

#include "config/yaml_builder.hpp"
#include "config/yaml_scalar.hpp"

namespace murmur {

std::string_view without_byte_order_marks(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    while (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    return text;
}

YamlTree parse_yaml(std::string_view text, const YamlSource& source) {
    text = without_byte_order_marks(text);
    check_yaml_characters(text, source);
    YamlTree tree;
    YamlBuilder(text, source, tree).read();
    return tree;
}

}
