-- KEYS 4 record, 5 ids of the user, 6 and on records of those that may have to go. ARGV 11 id, 12 record, 13 '1' if this
-- is tried again, 14 limit or 0, 15 who goes: used, oldest or reject, 16 and on ids in the order of the records.
if late() then
  return {'late'}
end
local key, byUser, id, limit = KEYS[4], KEYS[5], ARGV[11], tonumber(ARGV[14])
local created = parse(ARGV[12])
local stored = get(key)
if stored.kind ~= 'absent' then
  return {ARGV[13] == '1' and stored.hash == created.hash and 'created' or 'taken'}
end
checkIndices(byUser, id)
local given = {}
for i = 16, #ARGV do
  given[ARGV[i]] = KEYS[i - 10]
end

-- Every entry of the user, the least recently used first, of those the oldest first: those whose time is over by the
-- index, and the others.
local all, over, others = {}, {}, {}
if limit > 0 then
  all = redis.call('ZRANGE', byUser, 0, -1)
  for from = 1, #all, 1000 do
    local to = math.min(from + 999, #all)
    local deadlines = redis.call('ZMSCORE', BY_DEADLINE, unpack(all, from, to))
    for i = from, to do
      local at = tonumber(deadlines[i - from + 1] or now + 1)
      table.insert(at <= now and over or others, all[i])
    end
  end
end

local unknown, records = {'again'}, {}
local function look(entries)
  for _, each in ipairs(entries) do
    if given[each] then
      records[each] = get(given[each])
    else
      unknown[#unknown + 1] = each
    end
  end
end
local function lives(each)
  local rec = records[each]
  return isSession(rec) and rec.userKey == created.userKey and not expired(rec)
end

-- An index may be wrong: it has outlived a record, or has an old deadline. Who is refused or ends for it hears what the
-- records say.
look(over)
if #unknown > 1 then
  return unknown
end
local count, isOver = #others, {}
for _, each in ipairs(over) do
  isOver[each] = true
  count = count + (lives(each) and 1 or 0)
end
local living = {}
if limit > 0 and count >= limit then
  look(others)
  if #unknown > 1 then
    return unknown
  end
  for _, each in ipairs(all) do
    if lives(each) then
      living[#living + 1] = each
    end
  end
end
local tooMany = limit > 0 and #living + 1 - limit or 0
local refused = tooMany > 0 and ARGV[15] == 'reject'
if ARGV[15] == 'oldest' then
  table.sort(living)
end
local goes = {}
if not refused then
  for i = 1, tooMany do
    goes[living[i]] = true
  end
end
local previous = previousMark()

for _, each in ipairs(all) do
  local rec = records[each]
  if rec and not isSession(rec) then
    unindex(each, byUser)
  elseif rec and rec.userKey ~= created.userKey then
    redis.call('ZREM', byUser, each)
  elseif rec then
    rec.userId = created.userId
    if expired(rec) then
      expireSession(given[each], rec, each, byUser)
    elseif goes[each] then
      endSession(given[each], rec, each, byUser, 'limit')
    elseif isOver[each] then
      index(rec, each, byUser)
    end
  end
end
local endedAny = #events > 0
if not refused then
  -- Redis refuses for want of memory before the first write only, so then nothing has changed.
  local written = redis.pcall('SET', key, ARGV[12], 'PX', ttl(created))
  if written.err then
    return string.find(written.err, 'OOM', 1, true) and {'full'} or written
  end
  index(created, id, byUser)
  announce('created', id, created)
end
if endedAny then
  publishChange(previous)
elseif not refused then
  publish({})
end
return {refused and 'limit' or 'created'}
