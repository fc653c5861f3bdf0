#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "agents/decision.hpp"
#include "store/resource_store.hpp"

namespace murmur {

template <class Key, class Value>
using MemoryTable = std::map<Key, std::shared_ptr<const Value>>;

struct MemoryResource {
    ResourceRow row;
    std::vector<ResourceReference> references;
};

/// Tenant and target, then the holder's kind, name and owner: the order in which holders are listed.
using MemoryReference = std::tuple<std::string, ResourceReference, std::string, std::string, std::string>;

/// What a store holds.
struct MemoryTables {
    MemoryTable<std::int64_t, Agent> agents;
    MemoryTable<std::string, std::int64_t> agent_rows;  ///< by workflow id
    MemoryTable<std::pair<std::int64_t, EventPosition>, AgentEvent> events;
    MemoryTable<std::pair<std::int64_t, EventPosition>, SessionLine> session_lines;
    MemoryTable<std::int64_t, Effect> effects;
    MemoryTable<std::pair<std::int64_t, std::string>, std::int64_t> effect_rows;  ///< by agent and key
    MemoryTable<std::tuple<std::int64_t, std::int64_t, std::string>, SnapshotRecord> snapshots;
    MemoryTable<ResourceKey, MemoryResource> resources;
    MemoryTable<MemoryReference, bool> references;
    MemoryTable<std::pair<std::string, std::int64_t>, TenantKeyRow> tenant_keys;
};

/// The changes of one transaction: done to the working tables at once, and to others when they are committed.
class MemoryJournal {
public:
    explicit MemoryJournal(MemoryTables& working) : working_(working) {}

    template <class Key, class Value>
    using Member = MemoryTable<Key, Value> MemoryTables::*;

    template <class Key, class Value>
    void put(Member<Key, Value> table, const Key& key, Value value) {
        change(table, key, std::make_shared<const Value>(std::move(value)));
    }
    template <class Key, class Value>
    void remove(Member<Key, Value> table, const Key& key) {
        if ((working_.*table).contains(key)) change(table, key, std::shared_ptr<const Value>());
    }

    std::size_t position() const { return entries_.size(); }
    void undo_to(std::size_t position) {
        for (; entries_.size() > position; entries_.pop_back()) entries_.back().undo(working_);
    }
    void commit_to(MemoryTables& committed) {
        for (const Entry& entry : entries_) entry.redo(committed);
        entries_.clear();
    }

private:
    struct Entry {
        std::function<void(MemoryTables&)> undo, redo;
    };

    template <class Key, class Value>
    static std::function<void(MemoryTables&)> setter(Member<Key, Value> table, const Key& key,
                                                     std::shared_ptr<const Value> value) {
        return [table, key, value = std::move(value)](MemoryTables& tables) {
            if (value)
                (tables.*table)[key] = value;
            else
                (tables.*table).erase(key);
        };
    }
    template <class Key, class Value>
    void change(Member<Key, Value> table, const Key& key, std::shared_ptr<const Value> value) {
        const auto before = (working_.*table).find(key);
        std::shared_ptr<const Value> old = before == (working_.*table).end() ? nullptr : before->second;
        entries_.push_back({setter(table, key, std::move(old)), setter(table, key, std::move(value))});
        entries_.back().redo(working_);
    }

    MemoryTables& working_;
    std::vector<Entry> entries_;
};

}
