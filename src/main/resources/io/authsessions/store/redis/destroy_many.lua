-- KEYS 4 ids of the user, 5 and on records. ARGV 11 reason, 12 user key, 13 user id, 14 and on ids in the order of the
-- records. Ends what lives, and takes out of the indices what is no session any more. What is over is left where it is, to
-- the sweeper, and counted. No other of the ids stands among those of the user afterwards.
if late() then
  return {'late'}
end
local byUser, reason, userKey = KEYS[4], ARGV[11], ARGV[12]
local given = {}
for i = 14, #ARGV do
  given[i - 13] = {id = ARGV[i], key = KEYS[i - 9], rec = get(KEYS[i - 9])}
  checkIndices(byUser, ARGV[i])
end
local previous = previousMark()
local ended, left = 0, 0
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
    left = left + 1
  else
    -- Not as the record has it: what is damaged there would make the message of all of them one that nobody can read.
    rec.userId = ARGV[13]
    endSession(each.key, rec, each.id, byUser, reason)
    ended = ended + 1
  end
end
if #events > 0 then
  publishChange(previous)
end
return {'ended', tostring(ended), tostring(left)}
