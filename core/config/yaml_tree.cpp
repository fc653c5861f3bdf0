#include "config/yaml_tree.hpp"

#include "config/yaml_builder.hpp"
#include "config/yaml_scalar.hpp"

namespace murmur {

YamlTree parse_yaml(std::string_view text, const YamlSource& source) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    check_yaml_characters(text, source);
    YamlTree tree;
    YamlBuilder(text, source, tree).read();
    return tree;
}

}
