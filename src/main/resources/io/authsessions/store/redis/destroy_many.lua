-- KEYS 4 ids of the user, 5 and on records. ARGV 11 reason, 12 user key, 13 and on ids in the order of the records.
-- Ends what lives, expires what is over, and takes out of the indices what is no session any more.
local byUser, reason, userKey = KEYS[4], ARGV[11], ARGV[12]
local given = {}
for i = 13, #ARGV do
  given[i - 12] = {id = ARGV[i], key = KEYS[i - 8], rec = get(KEYS[i - 8])}
  checkIndices(byUser, ARGV[i])
end
local previous = previousMark()
local ended = 0
for _, each in ipairs(given) do
  local rec = each.rec
  if not isSession(rec) then
    unindex(each.id, byUser)
    if rec.kind == 'ended' and rec.operation == operation and rec.reason == reason then
      ended = ended + 1
    end
  elseif rec.userKey ~= userKey then
    redis.call('ZREM', byUser, each.id)
  elseif expired(rec) then
    expireSession(each.key, rec, each.id, byUser)
  else
    endSession(each.key, rec, each.id, byUser, reason)
    ended = ended + 1
  end
end
if #events > 0 then
  publishChange(previous)
end
return {'ended', tostring(ended)}
