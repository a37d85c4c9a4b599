-- KEYS 4 and on: record and ids of its user, in turn. ARGV 11 and on: id and user key in turn; the user key is empty
-- where nobody could read one, and then the key of its ids is not used.
if late() then
  return {'late'}
end
local given = {}
for i = 11, #ARGV, 2 do
  local key, byUser = KEYS[i - 7], KEYS[i - 6]
  given[#given + 1] = {id = ARGV[i], userKey = ARGV[i + 1], key = key, byUser = byUser, rec = get(key)}
  if ARGV[i + 1] ~= '' then
    checkIndices(byUser, ARGV[i])
  end
end
local previous = previousMark()
for _, each in ipairs(given) do
  local rec = each.rec
  if each.userKey == '' or not isSession(rec) then
    redis.call('ZREM', BY_DEADLINE, each.id)
    redis.call('ZREM', BY_USE, each.id)
    if each.userKey ~= '' then
      redis.call('ZREM', each.byUser, each.id)
    end
  elseif rec.userKey == each.userKey then
    if expired(rec) then
      expireSession(each.key, rec, each.id, each.byUser)
    else
      index(rec, each.id, each.byUser)
    end
  end
end
if #events > 0 then
  publishChange(previous)
end
return {'swept', tostring(#events)}
