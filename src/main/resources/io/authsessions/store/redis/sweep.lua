-- KEYS 4 and on: record and ids of its user, in turn. ARGV 11 and on: id and user key in turn. The user key is empty where
-- there was nothing to read it from, and '-' where what was read is damaged, which is seen better outside; then the key of
-- the ids is not used. Each is judged by itself: one whose user's ids are somebody else's value expires without them.
if late() then
  return {'late'}
end
local given = {}
for i = 11, #ARGV, 2 do
  local key, byUser, userKey = KEYS[i - 7], KEYS[i - 6], ARGV[i + 1]
  redis.call('ZSCORE', BY_DEADLINE, ARGV[i])
  redis.call('ZSCORE', BY_USE, ARGV[i])
  if #userKey < 16 or type(redis.pcall('ZSCORE', byUser, ARGV[i])) == 'table' then
    byUser = nil
  end
  given[#given + 1] = {id = ARGV[i], userKey = userKey, key = key, byUser = byUser, rec = get(key)}
end
local previous = previousMark()
for _, each in ipairs(given) do
  local rec = each.rec
  if not isSession(rec) or each.userKey == '-' then
    unindex(each.id, each.byUser)
  elseif rec.userKey ~= each.userKey then
    -- Another session than the one that was read; it is looked at again. Whose it is not, it does not stand with.
    if each.byUser then
      redis.call('ZREM', each.byUser, each.id)
    end
  elseif expired(rec) then
    expireSession(each.key, rec, each.id, each.byUser)
  else
    index(rec, each.id, each.byUser)
  end
end
if #events > 0 then
  publishChange(previous)
end
return {'swept', tostring(#events)}
